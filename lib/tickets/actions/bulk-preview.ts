import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { rowsOf } from '../../db/rows'
import { priorities } from '../../directory/schema'
import { agentProcedure } from '../../procedure/builders'
import { canUpdate } from '../ticket/policy'
import { actorId, loadTicket } from '../ticket/queries'
import { allowedMoves, ticketStatuses } from '../ticket/workflow'
import { entryOf } from './action-registry'
import { refuseGone } from './action-targets'
import { chosenInput, chosenTickets, preparedActions } from './bulk'
import { type Action, bulkChange, bulkPreview } from './schema'

const previewRow = z.object({
  id: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  tags: z.array(z.string()),
  archivedAt: z.date().nullable(),
  holdUntil: z.date().nullable(),
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
    const actions = change && (await preparedActions(context, change))
    const { ids, total } = await chosenTickets(context, chosen, change)
    for (const action of actions ?? []) await refuseGone(context, action)
    const query = tx.$queryRaw`
      SELECT t.id::text, t.status::text, t.priority::text, t.tags, t.archived_at AS "archivedAt", t.hold_until AS "holdUntil", t.department_id::text AS "departmentId",
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
    const changed = actions ? rows.flatMap((row) => foreseen(actor, row, actions) ?? []) : []
    const intoId = change?.kind === 'merge' ? change.intoId : null
    const stays = intoId && (await loadTicket(context, intoId)).requesterId
    // The only mails that a customer gets of a bulk change: their request is resolved, or goes on in another of theirs.
    const mailed = changed.filter(
      ({ was, is }) => was.hasAddress && (stays ? was.requesterId === stays : is.status === 'resolved' && was.status !== 'resolved'),
    )
    return {
      chosen: ids.length,
      total,
      changed: actions ? changed.length : rows.length,
      mailed: new Set(mailed.map(({ was }) => was.requesterId)).size,
      ofOthers: stays ? changed.filter(({ was }) => was.requesterId !== stays).length : 0,
      statuses: ticketStatuses.filter((status) => moves.has(status)),
    }
  })

/** A ticket as it is and as the actions would leave it, one after the other; null where one would be refused, or nothing changes. */
function foreseen(actor: Actor, row: PreviewRow, actions: readonly Action[]) {
  if (!actions.every((action) => entryOf(action).may(actor, row))) return null
  const was = { ...row, tags: [...row.tags].sort() }
  let is = was
  for (const action of actions) {
    const change = entryOf(action).foresee?.(is, action)
    if (!change) return null
    is = { ...is, ...change }
  }
  return isDeepStrictEqual(was, is) ? null : { was, is }
}
