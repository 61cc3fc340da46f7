import { priorities } from '../directory/schema'
import type { EventPayload } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import type { Work } from '../events/work'
import { supportAddress } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { mailBodies } from '../mail/template'
import { callHookLater } from '../notifications/hooks'
import { originOf } from '../tenancy/origin'
import { english, type Translator } from '../text/translator'
import { assign } from '../tickets/ticket/commands/assign'
import { setPriority } from '../tickets/ticket/commands/change-priority'
import { setTags } from '../tickets/ticket/commands/change-tags'
import { loadTicket, type TicketRow } from '../tickets/ticket/queries'
import { isDone } from '../tickets/ticket/workflow'
import { type EscalationAction, escalationActions, type Recipients } from './schema'

/** Does what a step says, once and in that order; those it tells hear of it by the notifications. */
export const escalateTicket = defineSubscriber('sla.escalate', {
  'ticket.escalated': async (work, event) => {
    const { payload } = event
    for (const [place, action] of (await actionsOf(work, payload.escalationId)).entries()) {
      // Each sees what the one before it did; a ticket that is gone or done is left alone.
      const ticket = await loadTicket(work, event.subjectId as string, 'lock').catch(() => null)
      if (!ticket || isDone(ticket.status)) return
      await act(work, ticket, action, { ...payload, place, occurredAt: event.occurredAt })
    }
  },
})

async function actionsOf({ tx, tenant }: Work, escalationId: string): Promise<EscalationAction[]> {
  const row = await tx.slaEscalation.findFirst({ where: { tenantId: tenant.ref.id, id: escalationId }, select: { actions: true } })
  return row ? escalationActions.parse(row.actions) : []
}

/** `place`: of the action among those of its step. */
type Step = EventPayload<'ticket.escalated'> & { place: number; occurredAt: Date }

/** What a step says, for people and for machines. */
export function stepOf({ number, title }: { number: string; title: string }, step: EventPayload<'ticket.escalated'>) {
  const { metric, policy, isLate } = step
  const isReminder = step.kind === 'reminder'
  return {
    type: isReminder ? ('sla_reminder' as const) : ('ticket_escalated' as const),
    messageId: `${step.clockId}-${step.escalationId}`,
    wording: (t: Translator) => ({
      title: t(isReminder ? 'notices.reminder' : 'notices.escalated', { metric, number }),
      body: t(isLate ? 'notices.slaBodyLate' : 'notices.slaBody', { title, policy }),
    }),
  }
}

async function act(work: Work, ticket: TicketRow, action: EscalationAction, step: Step) {
  const { emit } = work
  const about = { subjectId: ticket.id }
  switch (action.kind) {
    case 'notify': {
      const { place: _, occurredAt: __, ...payload } = step
      const personIds = (await staff(work, await resolve(work, ticket, action.to))).map(({ id }) => id)
      return personIds.length > 0 ? emit('ticket.escalation_told', { ...payload, personIds }, about) : undefined
    }
    case 'mail':
      return mail(work, ticket, action, step)
    case 'assign': {
      const people = await staff(work, [action.personId])
      return people.length > 0 ? assign(work, ticket, action.personId) : undefined
    }
    case 'priority':
      return priorities.indexOf(action.priority) > priorities.indexOf(ticket.priority)
        ? setPriority(work, ticket, action.priority)
        : undefined
    case 'tag':
      return ticket.tags.includes(action.tag) ? undefined : setTags(work, ticket, [...ticket.tags, action.tag])
    case 'webhook': {
      const { messageId: id, type, wording } = stepOf(ticket, step)
      const url = `${originOf(work.tenant.ref)}/agent/tickets/${ticket.id}`
      return callHookLater(work, action.hookId, { id, type, ...wording(english), url, occurredAt: step.occurredAt.toISOString() })
    }
  }
}

async function mail(
  work: Work,
  ticket: TicketRow,
  { to, subject, body }: Extract<EscalationAction, { kind: 'mail' }>,
  { dueAt, clockId, escalationId, place }: Step,
) {
  const people = await staff(work, await resolve(work, ticket, to))
  if (people.length === 0) return
  const { tenant } = work
  const { timeZone } = await work.tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { timeZone: true } })
  const due = `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(dueAt))} (${timeZone})`
  const fill = (text: string) => text.replaceAll('{number}', ticket.number).replaceAll('{title}', ticket.title).replaceAll('{due}', due)
  await queueMail(work, {
    from: { name: tenant.name, address: supportAddress(tenant.ref) },
    to: people.map(({ email }) => email),
    subject: fill(subject).replace(/[\r\n]+/g, ' '),
    ...mailBodies({
      paragraphs: [fill(body)],
      items: [{ title: `${ticket.number} ${ticket.title}`, text: '', url: `${originOf(tenant.ref)}/agent/tickets/${ticket.id}` }],
    }),
    messageId: `step-${clockId}-${escalationId}-${place}@${tenant.ref.slug}`,
    isAutomatic: true,
  })
}

async function resolve({ tx, tenant }: Work, ticket: TicketRow, to: Recipients): Promise<string[]> {
  const tenantId = tenant.ref.id
  const { departmentId } = ticket
  const department =
    departmentId && to.lead ? await tx.department.findFirst({ where: { tenantId, id: departmentId }, select: { leadId: true } }) : null
  const members =
    departmentId && to.members
      ? await tx.departmentMember.findMany({ where: { tenantId, departmentId }, select: { personId: true }, take: 1000 })
      : []
  const roles =
    to.roles.length > 0
      ? await tx.person.findMany({ where: { tenantId, role: { in: to.roles }, deletedAt: null }, select: { id: true }, take: 1000 })
      : []
  return [
    ...(to.assignee && ticket.assigneeId ? [ticket.assigneeId] : []),
    ...(department?.leadId ? [department.leadId] : []),
    ...members.map(({ personId }) => personId),
    ...roles.map(({ id }) => id),
    ...to.personIds,
  ]
}

const staff = ({ tx, tenant }: Work, ids: readonly string[]) =>
  tx.person.findMany({
    where: { tenantId: tenant.ref.id, id: { in: [...ids] }, deletedAt: null, status: 'active', role: { not: 'customer' } },
    select: { id: true, email: true },
  })
