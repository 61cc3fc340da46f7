import type { Event } from '../db/generated/tenant/client'
import { type TenantTx, withTenant } from '../db/scope'
import type { EventPayload } from '../events/catalogue'
import type { Delivery, Subscriber } from '../events/relay'
import type { ResolvedTenant } from '../tenancy/resolve'
import { pusher } from './access'
import { type Change, changed, channels } from './schema'

/**
 * Tells browsers that something changed. It goes out before the delivery is
 * marked as done and may go out twice: with the same numbers, so that a browser
 * that knows the first leaves the second alone.
 */
export const publishChange: Subscriber = {
  async outside(delivery) {
    const client = await pusher()
    const messages = client ? await withTenant(delivery.tenant.ref, (tx) => compose(tx, delivery)) : []
    for (let at = 0; at < messages.length; at += 10) await client?.triggerBatch(messages.slice(at, at + 10))
  },
  async handle() {},
}

async function compose(tx: TenantTx, { tenant, event }: Delivery) {
  const { names, version } = await whoHears(tx, tenant, event)
  const seqs = await number(tx, tenant.ref.id, event.id, [...new Set(names)].sort())
  return [...seqs].map(([channel, seq]) => {
    const data: Change = { seq, type: event.type, subjectId: event.subjectId, version }
    return { channel, name: changed, data }
  })
}

async function whoHears(tx: TenantTx, { ref }: ResolvedTenant, { type, subjectId, payload }: Event) {
  if (!type.startsWith('ticket.') || !subjectId) return { names: [] }
  const ticket = await tx.ticket.findUnique({
    where: { tenantId_id: { tenantId: ref.id, id: subjectId } },
    select: { version: true, departmentId: true },
  })
  const moved = type === 'ticket.department_changed' ? (payload as EventPayload<'ticket.department_changed'>) : undefined
  const departments = [ticket?.departmentId, moved?.before].filter((id) => typeof id === 'string')
  const names = [channels.ticket(subjectId), channels.desk(ref.id), ...departments.map(channels.department)]
  return { names, version: ticket?.version }
}

/** The messages' numbers. An event that was numbered before keeps what it had. Channels in order, so that two at once do not wait for each other. */
async function number(tx: TenantTx, tenantId: string, eventId: string, names: string[]): Promise<Map<string, number>> {
  const known = await tx.channelMessage.findMany({ where: { tenantId, eventId } })
  const seqs = new Map(known.map(({ channel, seq }) => [channel, Number(seq)]))
  const fresh = names.filter((name) => !seqs.has(name))
  if (fresh.length === 0) return seqs
  const rows = await tx.$queryRaw<{ channel: string; seq: bigint }[]>`
    WITH head AS (
      INSERT INTO channel_head AS h (tenant_id, channel, seq)
      SELECT ${tenantId}::uuid, name, 1 FROM unnest(${fresh}::text[]) AS name ORDER BY name
      ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = h.seq + 1
      RETURNING channel, seq)
    INSERT INTO channel_message (tenant_id, event_id, channel, seq)
    SELECT ${tenantId}::uuid, ${eventId}::uuid, channel, seq FROM head
    RETURNING channel, seq`
  for (const { channel, seq } of rows) seqs.set(channel, Number(seq))
  return seqs
}
