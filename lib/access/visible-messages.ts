import { Prisma } from '../db/generated/tenant/client'

/** Whether a message, by its time and id, is not before the place from which on `ticket_participant p` sees the conversation. */
export const isSince = (at: Prisma.Sql, id: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(${at} > p.since_at OR ${at} = p.since_at AND (p.since_message_id IS NULL OR ${id} >= p.since_message_id))`
