import { createFormatter } from 'use-intl/core'
import { newId } from '../core/id'
import { richTextOf } from '../core/plain'
import { zoneName } from '../core/zoned'
import { brandOf } from '../correspondence/letter'
import type { Work } from '../events/work'
import { senderOf } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { directionOfText, mailBodies } from '../mail/template'
import { originOf } from '../tenancy/origin'
import { formats } from '../text/formats'
import { documentOf, workspaceTranslator } from '../text/translator'
import type { ActionRegistry, Occasion } from '../tickets/actions/action-registry'
import type { Action, Recipients } from '../tickets/actions/schema'
import { canUpdate } from '../tickets/ticket/policy'
import type { TicketRow } from '../tickets/ticket/queries'

const update = { may: canUpdate } as const

/** The actions that tell people and other systems. Notifications and calls are events: who carries them out subscribes. */
export const notificationActions = {
  notify: {
    ...update,
    async run(work, ticket, { to }) {
      const personIds = (await staffOf(work, ticket, to)).map(({ id }) => id)
      if (personIds.length > 0) work.emit('ticket.notify_requested', { personIds }, { subjectId: ticket.id })
    },
  },
  mail: {
    ...update,
    async run(work, ticket, action, occasion) {
      const people = await staffOf(work, ticket, action.to)
      const addresses = people.map(({ email }) => email)
      if (addresses.length > 0) await writeTo(work, ticket, addresses, action, occasion)
    },
  },
  webhook: {
    ...update,
    run: async (work, ticket, { hookId }) => work.emit('hook.call_requested', { hookId }, { subjectId: ticket.id }),
  },
} satisfies Partial<ActionRegistry>

async function writeTo(
  work: Work,
  ticket: TicketRow,
  to: string[],
  { subject, body }: Pick<Action<'mail'>, 'subject' | 'body'>,
  occasion: Occasion | null,
) {
  const { tenant } = work
  const step = occasion?.event.type === 'ticket.escalated' ? occasion.event.payload : null
  // The same when it is done again.
  const id = step ? `step-${step.clockId}-${step.escalationId}-${occasion?.place}` : newId()
  const due = step ? await sayInstant(work, new Date(step.dueAt)) : ''
  const fill = (text: string) => text.replaceAll('{number}', ticket.number).replaceAll('{title}', ticket.title).replaceAll('{due}', due)
  await queueMail(work, {
    from: senderOf(tenant),
    to,
    subject: fill(subject).replace(/[\r\n]+/g, ' '),
    // In whatever language the workspace writes.
    ...(await mailBodies({
      dir: directionOfText(body),
      brand: await brandOf(work),
      parts: [
        { html: richTextOf(fill(body)) },
        { items: [{ title: `${ticket.number} ${ticket.title}`, text: '', url: `${originOf(tenant.ref)}/agent/tickets/${ticket.id}` }] },
      ],
    })),
    messageId: `${id}@${tenant.ref.slug}`,
    isAutomatic: true,
  })
}

async function sayInstant({ tx, tenant }: Work, at: Date): Promise<string> {
  const { timeZone } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { timeZone: true } })
  // The workspace's own text is around it.
  const { lang } = documentOf(await workspaceTranslator(tenant))
  return `${createFormatter({ locale: lang, timeZone, formats }).dateTime(at, 'moment')} (${zoneName(at, timeZone, lang)})`
}

/** The people whom `to` means for this ticket, of the staff that still works here. */
async function staffOf(work: Work, ticket: TicketRow, to: Recipients) {
  const ids = await resolve(work, ticket, to)
  return work.tx.person.findMany({
    where: { tenantId: work.tenant.ref.id, id: { in: ids }, deletedAt: null, status: 'active', role: { not: 'customer' } },
    select: { id: true, email: true },
  })
}

async function resolve({ tx, tenant }: Work, { departmentId, assigneeId }: TicketRow, to: Recipients): Promise<string[]> {
  const tenantId = tenant.ref.id
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
    ...(to.assignee && assigneeId ? [assigneeId] : []),
    ...(department?.leadId ? [department.leadId] : []),
    ...members.map(({ personId }) => personId),
    ...roles.map(({ id }) => id),
    ...to.personIds,
  ]
}
