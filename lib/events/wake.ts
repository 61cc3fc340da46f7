import { inBackground } from '../core/background'
import { notify } from '../db/notify'
import { outsideUnitOfWork, type TenantRef } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import { events } from './registry'
import { wakeSealer } from './seal'

/** Where a process that leaves its events to the worker tells it that there are some. */
export const wakeChannel = 'baraza_wake'

// Next's bundles and the server's own modules are separate copies of this one.
const store = globalThis as typeof globalThis & { __barazaWoken?: { since: Set<string>; relays: Map<string, () => void> } }
/** Tenants that were woken since somebody looked, and whom a wake reaches while they deliver for a tenant. */
const woken = () => {
  store.__barazaWoken ??= { since: new Set(), relays: new Map() }
  return store.__barazaWoken
}

/** Starts sealing and delivering what waits for a tenant; returns at once. Row locks keep other processes out. */
export const wakeRelay = (tenant: TenantRef) => {
  wakeSealer(tenant)
  woken().since.add(tenant.id)
  woken().relays.get(tenant.id)?.()
  inBackground(
    `relay:${tenant.id}`,
    async () => {
      if (env().JOBS === 'off') return notify(wakeChannel, tenant.id)
      // Whoever was at it then has looked since.
      if (woken().since.has(tenant.id)) await outsideUnitOfWork(() => events().deliver(tenant))
    },
    (error) => log().error({ err: error, tenantId: tenant.id }, 'the relay stopped; the sweep will take it up'),
  )
}

/** Said before a look at what waits, which finds all that was committed until now. */
export const relayLooks = (tenant: TenantRef) => woken().since.delete(tenant.id)

/** Has each wake of a tenant heard while `run` is under way. */
export async function hearWakes(tenant: TenantRef, onWake: () => void, run: () => Promise<void>) {
  const { relays } = woken()
  relays.set(tenant.id, onWake)
  await run().finally(() => {
    if (relays.get(tenant.id) === onWake) relays.delete(tenant.id)
  })
}
