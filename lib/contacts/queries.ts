import { z } from 'zod'
import { notFound } from '../core/errors'
import { decodePlace, encodePlace, pageInput, pageOf, totalOf } from '../core/page'
import { likeFolded } from '../core/words'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, idsOf } from '../db/rows'
import type { TenantTx } from '../db/scope'
import type { Work } from '../events/work'
import { suppressedOf } from '../mail/suppression'
import { agentProcedure } from '../procedure/builders'
import { type ContactOutput, contactOutput, type OrganisationOutput, organisationOutput, tiers } from './schema'

type Reading = Pick<Work, 'tx' | 'tenant'>

const contactInclude = {
  addresses: { orderBy: [{ isPrimary: 'desc' }, { email: 'asc' }], select: { email: true } },
  person: { select: { passwordHash: true, emailVerifiedAt: true } },
  organisation: { select: { id: true, name: true } },
  owner: { select: { id: true, name: true } },
} satisfies Prisma.ContactInclude

/** Someone signed in as them with a password or by a link to their mailbox; a link about one request is no proof. */
export const isProven = (person: { passwordHash: string | null; emailVerifiedAt: Date | null }): boolean =>
  person.passwordHash !== null || person.emailVerifiedAt !== null

type ContactRow = Prisma.ContactGetPayload<{ include: typeof contactInclude }>

async function toContactOutputs(tx: TenantTx, tenantId: string, rows: readonly ContactRow[]): Promise<ContactOutput[]> {
  const suppressed = await suppressedOf(
    tx,
    tenantId,
    rows.flatMap(({ addresses }) => addresses.map(({ email }) => email)),
  )
  return rows.map(({ addresses, person, ...row }) => {
    const emails = addresses.map(({ email }) => email)
    const own = suppressed.filter(({ email }) => emails.includes(email))
    return contactOutput.parse({ ...row, emails, suppressed: own, hasAccount: person !== null && isProven(person) })
  })
}

/** @throws NOT_FOUND also for one that was merged or erased */
export async function loadContact({ tx, tenant }: Reading, id: string): Promise<ContactOutput> {
  const contact = await readContact(tx, tenant.ref.id, id)
  if (!contact) throw notFound('contact')
  return contact
}

export async function readContact(tx: TenantTx, tenantId: string, id: string): Promise<ContactOutput | null> {
  const row = await tx.contact.findFirst({ where: { tenantId, id, deletedAt: null }, include: contactInclude })
  return row && ((await toContactOutputs(tx, tenantId, [row]))[0] ?? null)
}

/** The account a contact signs in with. */
export async function accountOf({ tx, tenantId }: { tx: TenantTx; tenantId: string }, id: string): Promise<string | null> {
  return (await tx.contact.findUnique({ where: { tenantId_id: { tenantId, id } }, select: { personId: true } }))?.personId ?? null
}

const digitsOf = (phone: string) => phone.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '')
const phoneLike = /^[+(\d][\d\s()./-]*$/
const fewestDigits = 4
/** A number without its country is at least as long. */
const wholeNumber = 7

/** Whoever has a number that ends in these digits, or is them without their country, however it is written. */
function phoneCondition(q: string): Prisma.Sql {
  const digits = phoneLike.test(q) ? digitsOf(q) : ''
  if (digits.length < fewestDigits) return Prisma.sql`FALSE`
  const stored = Prisma.sql`ltrim(regexp_replace(replace(phone, '(0)', ''), '\\D', '', 'g'), '0')`
  return Prisma.sql`EXISTS (SELECT 1 FROM unnest(c.phones) AS phone, LATERAL (SELECT ${stored} AS digits) d
    WHERE d.digits LIKE ${`%${digits}%`} OR (length(d.digits) >= ${wholeNumber} AND right(${digits}, length(d.digits)) = d.digits))`
}

export const listContacts = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({ method: 'GET', path: '/contacts', tags: ['Contacts'], summary: 'List contacts by name' })
  .input(
    z.strictObject({
      ...pageInput,
      /** Part of a name or an address. */
      q: z.string().trim().max(200).optional(),
      organisationId: z.uuid().optional(),
      tier: z.enum(tiers).optional(),
    }),
  )
  .output(pageOf(contactOutput))
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const { q, organisationId, tier, limit, offset = 0 } = input
    const after = decodePlace(input.cursor, 'name', () => true)
    const conditions = [Prisma.sql`c.tenant_id = ${tenant.ref.id}::uuid AND c.deleted_at IS NULL`]
    if (q)
      conditions.push(Prisma.sql`(fold_text(c.name) LIKE ${likeFolded(q)} OR EXISTS (SELECT 1 FROM contact_address a
        WHERE a.tenant_id = c.tenant_id AND a.contact_id = c.id AND fold_text(a.email) LIKE ${likeFolded(q)})
        OR ${phoneCondition(q)})`)
    if (organisationId) conditions.push(Prisma.sql`c.organisation_id = ${organisationId}::uuid`)
    if (tier) conditions.push(Prisma.sql`c.tier = ${tier}::"Tier"`)
    const all = Prisma.join(conditions, ' AND ')
    if (after) conditions.push(Prisma.sql`(c.name, c.id) > (${after.value}, ${after.id}::uuid)`)
    const read = await idsOf(tx.$queryRaw`
      SELECT c.id::text FROM contact c WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY c.name, c.id LIMIT ${limit + 1} OFFSET ${offset}`)
    const ids = read.slice(0, limit)
    const found = await tx.contact.findMany({ where: { tenantId: tenant.ref.id, id: { in: ids } }, include: contactInclude })
    const byId = new Map((await toContactOutputs(tx, tenant.ref.id, found)).map((contact) => [contact.id, contact]))
    const items = ids.flatMap((id) => byId.get(id) ?? [])
    const last = items.at(-1)
    return {
      items,
      nextCursor: read.length > limit && last ? encodePlace('name', last.name, last.id) : null,
      ...(await totalOf(input, () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM contact c WHERE ${all}`))),
    }
  })

export const getContact = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({ method: 'GET', path: '/contacts/{id}', tags: ['Contacts'], summary: 'Read one contact' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(contactOutput)
  .handler(({ context, input }) => loadContact(context, input.id))

const organisationInclude = {
  domains: { orderBy: { domain: 'asc' }, select: { domain: true } },
  _count: { select: { contacts: { where: { deletedAt: null } } } },
} satisfies Prisma.OrganisationInclude

const toOrganisationOutput = ({
  domains,
  _count,
  ...row
}: Prisma.OrganisationGetPayload<{ include: typeof organisationInclude }>): OrganisationOutput =>
  organisationOutput.parse({ ...row, domains: domains.map(({ domain }) => domain), contactCount: _count.contacts })

export async function loadOrganisation({ tx, tenant }: Reading, id: string): Promise<OrganisationOutput> {
  const row = await tx.organisation.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, include: organisationInclude })
  if (!row) throw notFound('organisation')
  return toOrganisationOutput(row)
}

export const listOrganisations = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({ method: 'GET', path: '/organisations', tags: ['Contacts'], summary: 'List organisations by name' })
  .input(z.strictObject({ ...pageInput, q: z.string().trim().max(200).optional() }))
  .output(pageOf(organisationOutput))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const { q, limit, offset = 0 } = input
    const tenantId = tenant.ref.id
    const after = decodePlace(input.cursor, 'name', () => true)
    const conditions = [Prisma.sql`o.tenant_id = ${tenantId}::uuid AND o.deleted_at IS NULL`]
    if (q) conditions.push(Prisma.sql`fold_text(o.name) LIKE ${likeFolded(q)}`)
    const all = Prisma.join(conditions, ' AND ')
    if (after) conditions.push(Prisma.sql`(o.name, o.id) > (${after.value}, ${after.id}::uuid)`)
    const read = await idsOf(tx.$queryRaw`
      SELECT o.id::text FROM organisation o WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY o.name, o.id LIMIT ${limit + 1} OFFSET ${offset}`)
    const ids = read.slice(0, limit)
    const found = await tx.organisation.findMany({ where: { tenantId, id: { in: ids } }, include: organisationInclude })
    const byId = new Map(found.map((row) => [row.id, toOrganisationOutput(row)]))
    const items = ids.flatMap((id) => byId.get(id) ?? [])
    const last = items.at(-1)
    return {
      items,
      nextCursor: read.length > limit && last ? encodePlace('name', last.name, last.id) : null,
      ...(await totalOf(input, () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM organisation o WHERE ${all}`))),
    }
  })

export const getOrganisation = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({ method: 'GET', path: '/organisations/{id}', tags: ['Contacts'], summary: 'Read one organisation' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(organisationOutput)
  .handler(({ context, input }) => loadOrganisation(context, input.id))
