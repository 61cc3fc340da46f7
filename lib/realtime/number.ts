import { z } from 'zod'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { TenantTx } from '../db/scope'

const numbered = z.object({ eventId: z.string(), channel: z.string(), seq: z.bigint().transform(Number) })

/** The numbers of messages, by event and channel. */
export type Numbers = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface Versioned {
  eventId: string
  channel: string
  version: number
}

/**
 * The numbers of messages on channels whose numbers are versions of something: the version, where it is newer than what the channel
 * was told. None otherwise, so that the channel stays silent. Each channel once; of an event that was not numbered on it before.
 * @returns them by event
 */
export async function numberVersions(tx: TenantTx, tenantId: string, asked: readonly Versioned[]): Promise<Map<string, number>> {
  if (asked.length === 0) return new Map()
  const query = tx.$queryRaw`
    WITH asked AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS a ("eventId" uuid, channel text, version bigint)),
    head AS (
      INSERT INTO channel_head AS h (tenant_id, channel, seq)
      SELECT ${plannedOnce} ${tenantId}::uuid, channel, version FROM asked ORDER BY channel
      ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = EXCLUDED.seq WHERE h.seq < EXCLUDED.seq
      RETURNING channel, seq)
    INSERT INTO channel_message (tenant_id, event_id, channel, seq)
    SELECT ${tenantId}::uuid, a."eventId", h.channel, h.seq FROM head h JOIN asked a ON a.channel = h.channel
    RETURNING event_id::text AS "eventId", channel, seq`
  return new Map((await rowsOf(numbered, query)).map(({ eventId, seq }) => [eventId, seq]))
}

const next = z.object({ channel: z.string(), seq: z.bigint().transform(Number) })

/** The next number of each of these channels, in order, so that two at once do not wait for each other. */
export async function nextNumbers(tx: TenantTx, tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const query = tx.$queryRaw`
    INSERT INTO channel_head AS h (tenant_id, channel, seq)
    SELECT ${plannedOnce} ${tenantId}::uuid, channel, 1 FROM unnest(${[...new Set(names)]}::text[]) AS channel ORDER BY channel
    ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = h.seq + 1
    RETURNING channel, seq`
  return new Map((await rowsOf(next, query)).map(({ channel, seq }) => [channel, seq]))
}

/**
 * The numbers of the messages of events, on these channels and where they have one, in the order of the events. An event that was
 * numbered before keeps what it had. Channels in order, so that two at once do not wait for each other.
 */
export async function numberMessages(
  tx: TenantTx,
  tenantId: string,
  asked: readonly { eventId: string; names: readonly string[] }[],
): Promise<Numbers> {
  const found = new Map(asked.map(({ eventId }) => [eventId, new Map<string, number>()]))
  const given = asked.flatMap(({ eventId, names }, place) => [...new Set(names)].map((channel) => ({ eventId, channel, place })))
  if (given.length === 0) return found
  const query = tx.$queryRaw`
    WITH given AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS a ("eventId" uuid, channel text, place int)),
    known AS (
      SELECT event_id, channel, seq FROM channel_message
      WHERE tenant_id = ${tenantId}::uuid AND event_id = ANY(${[...found.keys()]}::uuid[])),
    asked AS (
      SELECT *, row_number() OVER (PARTITION BY channel ORDER BY place DESC) - 1 AS before_last FROM given g
      WHERE NOT EXISTS (SELECT FROM known k WHERE k.event_id = g."eventId" AND k.channel = g.channel)),
    head AS (
      INSERT INTO channel_head AS h (tenant_id, channel, seq)
      SELECT ${plannedOnce} ${tenantId}::uuid, channel, count(*) FROM asked GROUP BY channel ORDER BY channel
      ON CONFLICT (tenant_id, channel) DO UPDATE SET seq = h.seq + EXCLUDED.seq
      RETURNING channel, seq),
    made AS (
      INSERT INTO channel_message (tenant_id, event_id, channel, seq)
      SELECT ${tenantId}::uuid, a."eventId", h.channel, h.seq - a.before_last FROM head h JOIN asked a ON a.channel = h.channel
      RETURNING event_id, channel, seq)
    SELECT event_id::text AS "eventId", channel, seq FROM known UNION ALL SELECT event_id::text, channel, seq FROM made`
  for (const { eventId, channel, seq } of await rowsOf(numbered, query)) found.get(eventId)?.set(channel, seq)
  return found
}
