import { inBackground } from '../core/background'
import { notify } from '../db/notify'
import { outsideUnitOfWork, type TenantRef } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import { events } from './registry'

/** Where a process that leaves its events to the worker tells it that there are some. */
export const wakeChannel = 'baraza_wake'

// Next's bundles and the server's own modules are separate copies of this one.
const store = globalThis as typeof globalThis & { __barazaWoken?: Set<string> }
const woken = () => {
  store.__barazaWoken ??= new Set()
  return store.__barazaWoken
}

/** Starts delivering what waits for a tenant; returns at once. Row locks keep other processes out. */
export const wakeRelay = (tenant: TenantRef) => {
  woken().add(tenant.id)
  inBackground(
    `relay:${tenant.id}`,
    async () => {
      if (env().JOBS === 'off') return notify(wakeChannel, tenant.id)
      // Whoever was at it then has looked since.
      if (woken().has(tenant.id)) await outsideUnitOfWork(() => events().deliver(tenant))
    },
    (error) => log().error({ err: error, tenantId: tenant.id }, 'the relay stopped; the sweep will take it up'),
  )
}

/** Said before a look at what waits, which finds all that was committed until now. */
export const relayLooks = (tenant: TenantRef) => woken().delete(tenant.id)
