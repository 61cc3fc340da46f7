import { withPlatform } from '../db/scope'
import type { EventPayload } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'

/** The operator's list of workspaces has their names beside the rows of the tenants, and learns here of another one. */
export const renameTenant = defineSubscriber('platform.rename', ['workspace.changed'], async ({ tenant, event }) => {
  const { name } = (event.payload as EventPayload<'workspace.changed'>).after
  if (typeof name === 'string') await withPlatform((tx) => tx.tenant.updateMany({ where: { id: tenant.ref.id }, data: { name } }))
})
