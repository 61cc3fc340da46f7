import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { inBackground, isStopping } from '../core/background'
import { databaseKind } from '../db/connection'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import { outsideUnitOfWork, type TenantRef, unsafeAllTenants, withTenant } from '../db/scope'
import { env } from '../env'
import { forEachIsolated } from '../log/for-each-isolated'
import { log } from '../log/log'
import { listSchemas, listTenants } from '../tenancy/resolve'
import { paceMs, pacer } from './pace'

/** What one unit of work seals. */
const atOnce = 500
/** Another process that is at it may have begun before what this one was woken for was there. */
const retryMs = 20

const sealing = z.object({ sealed: z.number().nullable() })

/** Gives what a tenant's units of work have committed its place in the history and its seal. No writer waits for it, nor it for one. */
export async function sealEvents(ref: TenantRef) {
  // Once in any case: who ends while it waits for more leaves nothing without a seal that was there before.
  do {
    const [row] = await withTenant(ref, (tx) => rowsOf(sealing, tx.$queryRaw`SELECT ${plannedOnce} seal_events(${atOnce}::int) AS sealed`))
    const sealed = row?.sealed ?? null
    if (sealed === null) await pause(retryMs)
    else if (sealed < atOnce) return
  } while (!isStopping())
}

const paced = pacer()
/** Tenants that have something new since somebody began to seal. */
const woken = new Set<string>()

/** Starts sealing what was committed; returns at once. The worker does it for processes that leave their events to it. */
export function wakeSealer(ref: TenantRef, ms = paceMs(databaseKind())) {
  if (env().JOBS === 'off') return
  woken.add(ref.id)
  inBackground(
    `seal:${ref.id}`,
    async () => {
      if (!woken.has(ref.id)) return // whoever was at it then has begun since
      await paced(ref.id, ms)
      woken.delete(ref.id)
      await outsideUnitOfWork(() => sealEvents(ref))
    },
    (error) => log().error({ err: error, tenantId: ref.id }, 'sealing stopped; the sweep will take it up'),
  )
}

/** What of a tenant's events is written and not sealed yet. */
export interface Tail {
  ref: TenantRef
  events: number
  oldestAt: Date
}

const tailRow = z.object({ tenantId: z.string(), events: z.int(), oldestAt: z.date() })

/** Of every workspace that can be served. Each tail is short while somebody seals. */
export async function readTails(): Promise<Tail[]> {
  const tails: Tail[] = []
  const refs = new Map((await listTenants()).map((ref) => [ref.id, ref]))
  for (const schema of await listSchemas()) {
    const rows = await unsafeAllTenants('the sweep and operators must see what is not sealed', schema, (tx) =>
      rowsOf(
        tailRow,
        tx.$queryRaw`SELECT tenant_id::text AS "tenantId", count(*)::int AS events, min(occurred_at) AS "oldestAt"
          FROM event WHERE seq IS NULL GROUP BY tenant_id`,
      ),
    )
    for (const { tenantId, ...tail } of rows) {
      const ref = refs.get(tenantId)
      if (ref) tails.push({ ref, ...tail })
    }
  }
  return tails
}

/** Seals what a crash left behind. */
export const sweepUnsealed = async () => forEachIsolated(await readTails(), 'tenant', ({ ref }) => sealEvents(ref))
