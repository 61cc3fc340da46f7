import { z } from 'zod'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { TenantTx } from '../db/scope'

const numbered = z.object({ channel: z.string(), seq: z.bigint().transform(Number) })

/**
 * The number of an event's message on a channel whose numbers are versions of something: the version, where it is newer
 * than what the channel was told. Null otherwise, so that the channel stays silent. An event that was numbered before
 * keeps what it had.
 * @param known the numbers that the event has
 */
export async function numberVersion(
  tx: TenantTx,
  tenantId: string,
  eventId: string,
  { channel, version, known }: { channel: string; version: number; known: ReadonlyMap<string, number> },
): Promise<number | null> {
  const before = known.get(channel)
  if (before !== undefined) return before
  const query = tx.$queryRaw`
    WITH head AS (
      INSERT INTO channel_head AS h (tenant_id, channel, seq) VALUES (${tenantId}::uuid, ${channel}, ${version})
      ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = EXCLUDED.seq WHERE h.seq < EXCLUDED.seq
      RETURNING channel, seq)
    INSERT INTO channel_message (tenant_id, event_id, channel, seq)
    SELECT ${tenantId}::uuid, ${eventId}::uuid, channel, seq FROM head
    RETURNING channel, seq`
  return (await rowsOf(numbered, query))[0]?.seq ?? null
}

/** The numbers of an event's messages, on these channels and where it has one. An event that was numbered before keeps what it had. Channels in order, so that two at once do not wait for each other. */
export async function numberMessages(tx: TenantTx, tenantId: string, eventId: string, names: string[]): Promise<Map<string, number>> {
  const known = await tx.channelMessage.findMany({ where: { tenantId, eventId } })
  const seqs = new Map(known.map(({ channel, seq }) => [channel, Number(seq)]))
  const fresh = [...new Set(names)].filter((name) => !seqs.has(name)).sort()
  if (fresh.length === 0) return seqs
  const query = tx.$queryRaw`
    WITH head AS (
      INSERT INTO channel_head AS h (tenant_id, channel, seq)
      SELECT ${plannedOnce} ${tenantId}::uuid, name, 1 FROM unnest(${fresh}::text[]) AS name ORDER BY name
      ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = h.seq + 1
      RETURNING channel, seq)
    INSERT INTO channel_message (tenant_id, event_id, channel, seq)
    SELECT ${tenantId}::uuid, ${eventId}::uuid, channel, seq FROM head
    RETURNING channel, seq`
  for (const { channel, seq } of await rowsOf(numbered, query)) seqs.set(channel, seq)
  return seqs
}
