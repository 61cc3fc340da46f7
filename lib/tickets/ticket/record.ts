import type { Prisma } from '../../db/generated/tenant/client'
import type { Work } from '../../events/work'
import type { TicketRow } from './queries'
import type { TicketStatus } from './schema'
import { isDone, isReopening } from './workflow'

/** Where a ticket goes that says nothing of it. */
export async function defaultDepartment({ tx, tenant }: Work): Promise<string | null> {
  const row = await tx.department.findFirst({
    where: { tenantId: tenant.ref.id, isDefault: true, deletedAt: null },
    select: { id: true },
  })
  return row?.id ?? null
}

/** Makes tags known and finds the ticket by them. In order, so that two at once do not wait for each other in a circle. */
export async function recordTags({ tx, tenant, now }: Work, ticketId: string, tags: readonly string[]) {
  const names = [...tags].sort()
  await tx.$executeRaw`
    INSERT INTO tag (tenant_id, name, used_at) SELECT ${tenant.ref.id}::uuid, name, ${now} FROM unnest(${names}::text[]) AS name
    ON CONFLICT (tenant_id, name) DO UPDATE SET used_at = EXCLUDED.used_at`
  await tx.ticketTag.createMany({ data: names.map((name) => ({ tenantId: tenant.ref.id, name, ticketId })), skipDuplicates: true })
}

/** The ticket that a conversation goes on in: the one itself, or where it went by merging. Null for one that was removed. */
export async function livingTicket({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE way AS (
      SELECT id, merged_into_id, deleted_at, 1 AS step FROM ticket WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid
      UNION ALL
      SELECT t.id, t.merged_into_id, t.deleted_at, w.step + 1 FROM ticket t JOIN way w ON t.tenant_id = ${tenant.ref.id}::uuid AND t.id = w.merged_into_id
      WHERE w.step < 50
    ) SELECT id::text FROM way WHERE merged_into_id IS NULL AND deleted_at IS NULL`
  return rows[0]?.id ?? null
}

interface Move {
  reason?: string | null
  holdUntil?: Date | null
  /** It follows from something else that was done. */
  isAutomatic?: boolean
}

/** Moves the workflow; every caller that sets a status ends here. */
export async function moveTicket(work: Work, ticket: TicketRow, status: TicketStatus, move: Move = {}) {
  const { reason = null, isAutomatic = false } = move
  await changeTicket(work, ticket.id, standingAfter(work, ticket, status, move))
  emitStatus(work, ticket, status, reason, isAutomatic)
}

/** What a status brings with it: since when and why, and until when. */
export function standingAfter(
  { now }: Work,
  ticket: TicketRow,
  status: TicketStatus,
  { reason = null, holdUntil = null, isAutomatic }: Move = {},
) {
  if (status === ticket.status) return {}
  const isOver = isDone(status)
  const isReopened = isReopening(ticket.status, status)
  const hasReason = status === 'hold' || status === 'rejected' || (isReopened && !isAutomatic)
  return {
    status,
    statusReason: hasReason ? reason : null,
    heldAt: status === 'hold' ? now : null,
    holdUntil: status === 'hold' ? holdUntil : null,
    remindedAt: null,
    resolvedAt: isOver ? (ticket.resolvedAt ?? now) : null,
    closedAt: status === 'closed' ? now : null,
    ...(isReopened ? { reopenCount: { increment: 1 } } : {}),
  }
}

/** Why a status is as it was before: nobody is told again. */
export const takenBack = 'taken back'

export function emitStatus(
  work: Work,
  ticket: TicketRow,
  after: TicketStatus,
  reason: string | null,
  isAutomatic = false,
  more: { isMerge?: boolean } = {},
) {
  if (after === ticket.status) return
  work.emit('ticket.status_changed', { before: ticket.status, after, reason, isAutomatic, ...more }, { subjectId: ticket.id })
}

/** Every change of a ticket's row goes through here: it takes a new version and a new time. */
export async function changeTicket(work: Work, id: string, data: Prisma.TicketUncheckedUpdateInput) {
  await work.tx.ticket.update({
    where: { tenantId_id: { tenantId: work.tenant.ref.id, id } },
    data: { ...data, version: { increment: 1 }, updatedAt: work.now },
    select: { id: true },
  })
}

/**
 * The same change of all tickets that meet a condition, in one statement. Held in the order of their ids, so that two at
 * once do not wait for each other in a circle.
 * @param which a condition on `ticket t`
 * @returns the ids of those that changed
 */
export async function changeTickets(
  { tx, tenant, now }: Pick<Work, 'tx' | 'tenant' | 'now'>,
  which: Prisma.Sql,
  set: Prisma.Sql,
): Promise<string[]> {
  const tenantId = tenant.ref.id
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE ticket SET ${set}, version = version + 1, updated_at = ${now} WHERE tenant_id = ${tenantId}::uuid
      AND id IN (SELECT t.id FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND ${which} ORDER BY t.id FOR NO KEY UPDATE) RETURNING id::text`
  return rows.map(({ id }) => id)
}

export interface SlaState {
  id: string
  policyId: string | null
  matchedAt: Date | null
  dueAt: Date | null
}

/** How tickets stand under their SLA policy. It follows from what else they say: neither version nor time changes. */
export async function setSlaState({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, tickets: readonly SlaState[]) {
  if (tickets.length === 0) return
  await tx.$executeRaw`
    UPDATE ticket t SET sla_policy_id = v."policyId", sla_matched_at = v."matchedAt", sla_due_at = v."dueAt"
    FROM jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb) AS v (id uuid, "policyId" uuid, "matchedAt" timestamptz, "dueAt" timestamptz)
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = v.id`
}
