import { inBackground } from '../core/background'
import { notify } from '../db/notify'
import { outsideUnitOfWork, type TenantRef } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import { events } from './registry'

/** Where a process that leaves its events to the worker tells it that there are some. */
export const wakeChannel = 'baraza_wake'

/** Starts delivering what waits for a tenant; returns at once. Row locks keep other processes out. */
export const wakeRelay = (tenant: TenantRef) =>
  inBackground(
    `relay:${tenant.id}`,
    async () => {
      if (env().JOBS === 'off') return notify(wakeChannel, tenant.id)
      await outsideUnitOfWork(() => events().deliver(tenant))
    },
    (error) => log().error({ err: error, tenantId: tenant.id }, 'the relay stopped; the sweep will take it up'),
  )
