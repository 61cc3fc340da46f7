import { z } from 'zod'
import type { PersonalData } from '../db/personal-data'
import { rowsOf } from '../db/rows'

const reason = z.object({ at: z.date(), ticketId: z.string(), text: z.string() })

export const eventData: PersonalData = {
  tables: { event: { stays: 'sealed' }, eventHead: { stays: 'sealed' }, eventDelivery: { stays: 'sealed' } },
  /** Why they closed or opened something again, in their words. */
  async exportContact({ tx, tenantId }, { personIds }) {
    const query = tx.$queryRaw`
      SELECT e.occurred_at AS at, e.subject_id::text AS "ticketId", e.payload->>'reason' AS text FROM event e
      WHERE e.tenant_id = ${tenantId}::uuid AND e.actor_id = ANY(${personIds}::uuid[]) AND e.type = 'ticket.status_changed'
        AND e.subject_id IS NOT NULL AND e.payload->>'reason' IS NOT NULL ORDER BY e.n`
    const rows = await rowsOf(reason, query)
    return { reasons: rows.map(({ at, ...said }) => ({ at: at.toISOString(), ...said })) }
  },
}
