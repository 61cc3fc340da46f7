// A relay in a process of its own, to be killed: tsx lib/testing/relay-process.ts SLUG

import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { closeConnection } from '../db/connection'
import { stopListening } from '../db/notify'
import { deliverAll } from '../events/relay'
import { stopRealtime } from '../realtime/node'
import { findTenant } from '../tenancy/resolve'
import '../wiring/wire'
import { type Consumer, only } from './subscribers'

/** Its effect is a contact called after the event; it waits a moment with the effect written and not yet committed. */
const recordSlowly: Consumer = {
  async handle({ tx, tenant, emit }, event) {
    await tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name: event.id } })
    emit('mail.ignored', { reason: event.id })
    console.log(`effect ${event.id}`)
    await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE_MS ?? 5)))
  },
}

const tenant = await findTenant({ slug: process.argv[2] as string })
if (!tenant) throw new Error('no such tenant')
await deliverAll(tenant.ref, only({ 'mail.ingest': recordSlowly }))
await drainBackground()
await stopRealtime()
await stopListening()
await closeConnection()
