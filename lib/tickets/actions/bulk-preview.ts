import { z } from 'zod'
import { rowsOf } from '../../db/rows'
import { priorities } from '../../directory/schema'
import { agentProcedure } from '../../procedure/builders'
import { canUpdate } from '../ticket/policy'
import { actorId } from '../ticket/queries'
import { allowedMoves, ticketStatuses } from '../ticket/workflow'
import { type ActionEntry, actionOf } from './action-registry'
import { refuseGone } from './action-targets'
import { chosenInput, chosenTickets, refuseUnlicensed } from './bulk'
import { type BulkChange, bulkChange, bulkPreview } from './schema'

const previewRow = z.object({
  id: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  tags: z.array(z.string()),
  archivedAt: z.date().nullable(),
  departmentId: z.string().nullable(),
  assigneeId: z.string().nullable(),
  requesterId: z.string(),
  organisationId: z.string().nullable(),
  isPublic: z.boolean(),
  isMerged: z.boolean(),
  isWatchedByActor: z.boolean(),
  hasAddress: z.boolean(),
})
type PreviewRow = z.output<typeof previewRow>

/** What a change would do, before it is begun, judged as it will be when it is done; without a change, what there is to choose from. */
export const previewBulk = agentProcedure
  .meta({ permission: 'ticket.view', changesNothing: true })
  .route({ method: 'POST', path: '/ticket/bulk/preview', tags: ['Tickets'], summary: 'Say what a bulk change would do' })
  .input(z.strictObject({ ...chosenInput, change: bulkChange.optional() }))
  .output(bulkPreview)
  .handler(async ({ context, input: { change, ...chosen } }) => {
    const { tx, tenant, actor } = context
    if (change) refuseUnlicensed(actor, change)
    const { ids, total } = await chosenTickets(context, chosen)
    if (change) await refuseGone(context, change)
    const query = tx.$queryRaw`
      SELECT t.id::text, t.status::text, t.priority::text, t.tags, t.archived_at AS "archivedAt", t.department_id::text AS "departmentId",
        t.assignee_id::text AS "assigneeId", t.requester_id::text AS "requesterId", c.organisation_id::text AS "organisationId",
        t.is_public AS "isPublic", t.merged_into_id IS NOT NULL AS "isMerged",
        EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id
                AND x.person_id = ${actorId(actor)}::uuid) AS "isWatchedByActor",
        EXISTS (SELECT 1 FROM contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id) AS "hasAddress"
      FROM ticket t JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[])`
    const rows = await rowsOf(previewRow, query)
    const moves = new Set(
      rows.flatMap((row) => (canUpdate(actor, row) ? allowedMoves({ status: row.status, isAssigned: row.assigneeId !== null }) : [])),
    )
    const changed = change ? rows.filter((row) => entryOf(change).may(actor, row) && isChanged(row, change)) : rows
    // The only mail that a customer gets of a bulk change.
    const mailed = change?.kind === 'status' && change.status === 'resolved' ? changed.filter(({ hasAddress }) => hasAddress) : []
    return {
      chosen: ids.length,
      total,
      changed: changed.length,
      mailed: new Set(mailed.map(({ requesterId }) => requesterId)).size,
      statuses: ticketStatuses.filter((status) => moves.has(status)),
    }
  })

const entryOf = ({ kind }: BulkChange) => actionOf(kind) as ActionEntry<BulkChange['kind']>

const isChanged = (row: PreviewRow, change: BulkChange) => entryOf(change).changes?.(row, change) ?? false
