import { z } from 'zod'
import { idsOf } from '../../../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../../../db/scope'
import { defineJob } from '../../../jobs/define'
import { enqueueJob } from '../../../jobs/enqueue'
import { forEachIsolated } from '../../../log/for-each-isolated'
import { accessTokenOf } from '../../../mail/access-token'
import { ConsentRevokedError } from '../../../mail/oauth'
import { findTenant, listTenants } from '../../../tenancy/resolve'
import { fetchMailbox } from './fetch'
import { offerMailbox } from './idle'

const causes = ['schedule', 'request', 'idle'] as const

/** Fetches one mailbox. What fails is in its log and its state: the sweep comes again, so the job itself is not tried again. */
export const fetchMailboxJob = defineJob({
  id: 'mailboxes.fetch',
  title: 'fetchMailbox',
  priority: 'low', // the other side may be slow
  input: z.object({ mailboxId: z.string(), cause: z.enum(causes) }),
  retries: 1,
  async run({ tenant, input: { mailboxId, cause } }) {
    if (!tenant) return
    const { hasMore, canIdle, error } = await fetchMailbox(tenant, mailboxId, cause)
    if (canIdle && error === null) await offerMailbox(tenant, mailboxId)
    if (hasMore) await withTenant(tenant.ref, (tx) => fetchSoon({ tx, tenant }, mailboxId, cause, ':more'))
  },
})

/** Fetches a mailbox as soon as a place is free; while one waits for that, no second one is asked for. */
export const fetchSoon = (
  { tx, tenant }: { tx: TenantTx; tenant: { ref: TenantRef } },
  mailboxId: string,
  cause: (typeof causes)[number],
  key = '',
) => enqueueJob({ tx, tenantId: tenant.ref.id }, fetchMailboxJob, { mailboxId, cause }, { uniqueKey: `${mailboxId}${key}` })

/** Every hour those that end before it comes again; what it misses is renewed when it is used. */
export const renewTokensJob = defineJob({
  id: 'mailboxes.tokens',
  title: 'renewTokens',
  input: z.object({}),
  schedule: '7 * * * *',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', renewTokens)
  },
})

const renewedMinutes = 65

async function renewTokens(ref: TenantRef): Promise<void> {
  const tenant = await findTenant({ id: ref.id })
  if (!tenant) return
  const due = await withTenant(ref, (tx) =>
    tx.mailbox.findMany({
      where: {
        ...{ tenantId: ref.id, deletedAt: null, provider: { not: 'imap' }, state: { not: 'revoked' } },
        accessTokenExpiresAt: { lt: new Date(Date.now() + renewedMinutes * 60_000) },
      },
      select: { id: true },
    }),
  )
  await forEachIsolated(due, 'mailbox', async ({ id }) => {
    // One that is disconnected by it says so itself.
    await accessTokenOf(tenant, id, { minutes: renewedMinutes }).catch((error) => {
      if (!(error instanceof ConsentRevokedError)) throw error
    })
  })
}

/** How long the log of a mailbox goes back. */
const logDays = 30

/** Finds every five minutes which mailboxes are to be fetched. One that keeps failing is asked less and less often, down to twice an hour. */
export const sweepMailboxesJob = defineJob({
  id: 'mailboxes.sweep',
  title: 'findMailboxes',
  input: z.object({}),
  schedule: '*/5 * * * *',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', sweepMailboxes)
  },
})

const sweepMailboxes = (ref: TenantRef): Promise<void> =>
  withTenant(ref, async (tx) => {
    const due = await idsOf(tx.$queryRaw`
      SELECT id::text FROM mailbox
      WHERE tenant_id = ${ref.id}::uuid AND deleted_at IS NULL AND is_incoming AND state <> 'revoked'
        AND (leased_until IS NULL OR leased_until <= now()) AND (wait_until IS NULL OR wait_until <= now())
        AND (failures <= 3 OR last_error_at IS NULL OR last_error_at < now() - make_interval(secs => least(1800, 300 * 2 ^ least(failures - 3, 10)) - 60))`)
    for (const id of due) await fetchSoon({ tx, tenant: { ref } }, id, 'schedule')
    await tx.$executeRaw`
      DELETE FROM mailbox_fetch WHERE tenant_id = ${ref.id}::uuid AND started_at < now() - make_interval(days => ${logDays})`
    await tx.$executeRaw`DELETE FROM mailbox_authorization WHERE tenant_id = ${ref.id}::uuid AND expires_at < now()`
  })
