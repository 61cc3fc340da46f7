import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import type { Reading } from '../ticket/queries'
import { type LinkOutput, linkOutput } from './schema'

/** The tickets that are linked with one, as far as the caller may see them. */
export async function readLinks(work: Reading, ticketId: string): Promise<LinkOutput[]> {
  const rows = await work.tx.$queryRaw`
    SELECT k.kind::text, k.direction, t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.status::text
    FROM (
      SELECT kind, 'to' AS direction, to_id AS id FROM ticket_link WHERE tenant_id = ${work.tenant.ref.id}::uuid AND from_id = ${ticketId}::uuid
      UNION ALL
      SELECT kind, 'from', from_id FROM ticket_link WHERE tenant_id = ${work.tenant.ref.id}::uuid AND to_id = ${ticketId}::uuid
    ) k JOIN ticket t ON t.tenant_id = ${work.tenant.ref.id}::uuid AND t.id = k.id JOIN workspace w ON w.tenant_id = t.tenant_id
    WHERE t.deleted_at IS NULL AND ${visibleTo(work.actor)} ORDER BY t.created_at LIMIT 50`
  return z.array(linkOutput).parse(rows)
}
