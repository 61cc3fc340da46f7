import { hashSecret, newSecret } from '../actor/hash'
import { invalid } from '../core/errors'
import { newId } from '../core/id'
import type { OneTimePurpose, Person } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import type { Work } from '../events/work'

const lifeMs: Record<OneTimePurpose, number> = {
  invitation: 7 * 24 * 3600_000,
  password_reset: 3600_000,
  magic_link: 3600_000,
  address_verification: 3600_000,
}

/**
 * Links of a kind that work at once, for whoever asks from one place: who has more sent for someone else neither fills their
 * mailbox nor keeps their own link from them.
 */
const linksOfSource = 5
/** From however many places that the account does not know. */
const linksOfStrangers = 15

/** Where a link is asked for; a device that the account knows is its owner's, whom no stranger's links concern. */
export const linkSource = (place: { device: string } | { address: string }): string =>
  'device' in place ? `device:${place.device}` : place.address
const fromDevice = { startsWith: linkSource({ device: '' }) }

/** Whether as many links of the kind work as may. */
export async function hasEnoughLinks(
  { tx, tenant, now }: Work,
  personId: string,
  purpose: OneTimePurpose,
  source?: string,
): Promise<boolean> {
  if (purpose === 'invitation' || !source) return false
  const where = { tenantId: tenant.ref.id, personId, purpose, usedAt: null, expiresAt: { gt: now } }
  if ((await tx.oneTimeToken.count({ where: { ...where, source } })) >= linksOfSource) return true
  if (source.startsWith(fromDevice.startsWith)) return false
  return (await tx.oneTimeToken.count({ where: { ...where, source: { not: null }, NOT: { source: fromDevice } } })) >= linksOfStrangers
}

/** Makes the secret of a link; only its hash is stored. An invitation takes the place of the one before. */
export async function mintOneTimeToken(work: Work, personId: string, purpose: OneTimePurpose, source?: string): Promise<string> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const secret = newSecret()
  if (purpose === 'invitation')
    await tx.oneTimeToken.updateMany({ where: { tenantId, personId, purpose, usedAt: null }, data: { usedAt: now } })
  await tx.oneTimeToken.create({
    data: {
      tenantId,
      id: newId(),
      personId,
      purpose,
      hash: hashSecret(secret),
      source,
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifeMs[purpose]),
    },
  })
  return secret
}

/** Whose link this is, while it still works; looking does not use it up. */
export async function findOneTimeToken({ tx, tenant, now }: Work, secret: string, purpose: OneTimePurpose): Promise<Person | null> {
  const tenantId = tenant.ref.id
  const token = await tx.oneTimeToken.findFirst({
    where: { tenantId, hash: hashSecret(secret), purpose, usedAt: null, expiresAt: { gt: now } },
  })
  const person = token && (await tx.person.findFirst({ where: { tenantId, id: token.personId, deletedAt: null } }))
  return person && person.status !== 'suspended' ? person : null
}

/**
 * Uses up the secret of a link. Two uses at once: one wins.
 * @throws INVALID when it is unknown, used or older than it may be
 */
export async function redeemOneTimeToken(work: Work, secret: string, purpose: OneTimePurpose): Promise<Person> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const [personId] = await idsOf(tx.$queryRaw`
    UPDATE one_time_token SET used_at = ${now}
    WHERE tenant_id = ${tenantId}::uuid AND hash = ${hashSecret(secret)} AND purpose = ${purpose}::"OneTimePurpose"
      AND used_at IS NULL AND expires_at > ${now}
    RETURNING person_id::text AS id`)
  const person = personId && (await tx.person.findFirst({ where: { tenantId, id: personId, deletedAt: null } }))
  if (!person || person.status === 'suspended') throw invalid({ token: ['signIn.deadLink'] })
  return person
}
