import { inBackground } from '../core/background'
import { outsideUnitOfWork, type TenantRef } from '../db/scope'
import { log } from '../log'

/** Starts delivering what waits for a tenant; returns at once. Row locks keep other processes out. */
export const wakeRelay = (tenant: TenantRef) =>
  inBackground(
    `relay:${tenant.id}`,
    async () => {
      const { deliverAll } = await import('./relay') // loaded here, because the relay emits as well
      await outsideUnitOfWork(() => deliverAll(tenant))
    },
    (error) => log().error({ err: error, tenantId: tenant.id }, 'the relay stopped; the sweep will take it up'),
  )
