import { call } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { inWork, makePerson, makeTicket, system } from '../testing/factories'
import { openSlaDesk } from '../testing/sla'
import { router } from '../wiring/router'
import { escalateTicket } from './escalation'

const { context, makePolicy, move, step, tells, tenant, ticketRow } = openSlaDesk()

/** Takes the first step of the policy now, as the relay would. */
async function escalate(policy: { escalations: { id: string }[] }, subjectId: string) {
  const payload = { escalationId: policy.escalations[0]?.id, clockId: 'c', dueAt: new Date().toISOString() }
  await inWork(tenant(), (work) => escalateTicket.handle(work, { type: 'ticket.escalated', subjectId, payload } as never), system)
}
const changes = (id: string) =>
  inWork(tenant(), async ({ tx }) =>
    (await tx.event.findMany({ where: { subjectId: id, type: { not: 'ticket.created' } }, orderBy: { n: 'asc' } })).map(({ type }) => type),
  )

describe('an escalation', () => {
  it('does its actions in their order, and passes over someone who left', async () => {
    const [leaver, admin] = [await makePerson(tenant(), 'agent'), await makePerson(tenant(), 'admin')]
    const policy = await makePolicy({
      escalations: [
        step(30, [
          { kind: 'tags', add: ['late'], remove: [] },
          { kind: 'assign', assigneeId: leaver.id },
          { kind: 'raise_priority', priority: 'urgent' },
          { kind: 'raise_priority', priority: 'low' },
          { kind: 'note', body: 'Look at this.' },
          { kind: 'notify', to: { ...tells, roles: [], personIds: [admin.id] } },
        ]),
      ],
    })
    await call(router.people.delete, { id: leaver.id } as never, context())
    const { id } = await makeTicket(tenant())
    const before = await changes(id)
    await escalate(policy, id)
    expect((await changes(id)).slice(before.length).filter((type) => !type.startsWith('ticket.policy'))).toEqual([
      'ticket.tagged',
      'ticket.priority_changed',
      'ticket.noted',
      'ticket.notify_requested',
    ])
    expect(await ticketRow(id)).toMatchObject({ tags: ['late'], priority: 'urgent', assigneeId: null })
  })

  it('does nothing to a ticket that is finished', async () => {
    const agent = await makePerson(tenant(), 'agent')
    const policy = await makePolicy({
      escalations: [
        step(30, [
          { kind: 'tags', add: ['late'], remove: [] },
          { kind: 'assign', assigneeId: agent.id },
          { kind: 'notify', to: tells },
        ]),
      ],
    })
    await makePerson(tenant(), 'admin')
    for (const status of ['resolved', 'rejected'] as const) {
      const { id } = await makeTicket(tenant())
      await move(id, status)
      const before = await ticketRow(id)
      const events = await changes(id)
      await escalate(policy, id)
      expect(await ticketRow(id)).toEqual(before)
      expect(await changes(id)).toEqual(events)
    }
  })
})
