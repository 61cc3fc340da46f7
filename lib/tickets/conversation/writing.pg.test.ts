import { beforeAll, describe, expect, it } from 'vitest'
import { findOrCreateContact } from '../../contacts/record'
import { asBackground } from '../../core/background'
import { preparedName } from '../../db/prepared'
import { outsideUnitOfWork, withTenant } from '../../db/scope'
import { env } from '../../env'
import { findSubscriber } from '../../events/registry'
import { deliverAll } from '../../events/relay'
import { packetsDuring } from '../../testing/beside'
import { inWork, makePerson, makeTenant, makeTicket } from '../../testing/factories'
import { openTestPostgres } from '../../testing/postgres'
import { loadTicket } from '../ticket/queries'
import { recordTicket } from './record'

openTestPostgres()
beforeAll(() => {
  env().JOBS = 'off' // what is counted is the requests' own
})

describe('a new ticket', () => {
  it('takes its number last, so that another one is made meanwhile', async () => {
    const tenant = await makeTenant()
    const slow = await inWork(tenant, async (work) => {
      const { id: requesterId } = await findOrCreateContact(work, { email: 'slow@example.com', name: 'Slow' })
      const { id } = await recordTicket(work, {
        title: 'Slow',
        bodyText: 'Text',
        author: { kind: 'contact', id: requesterId },
        requesterId,
        source: 'email',
      })
      expect((await outsideUnitOfWork(() => makeTicket(tenant))).number).toMatch(/-1$/)
      return id
    })
    const read = () => inWork(tenant, (work) => loadTicket(work, slow))
    expect((await read()).number).toMatch(/-2$/)
    const said = await withTenant(tenant.ref, (tx) => tx.event.findMany({ where: { type: 'ticket.created' }, orderBy: { n: 'asc' } }))
    expect(said.map(({ payload }) => (payload as { number: number }).number)).toEqual([1, 2])
  })
})

describe('what a request asks of the database', () => {
  it.each([
    ['a new ticket', 'create', { statements: 12, waits: 6 }],
    ['a reply', 'reply', { statements: 13, waits: 6 }],
  ] as const)('for %s is no more than it was, and little of it is waited for', async (_, act, most) => {
    const tenant = await makeTenant(`asks-${act}`)
    const { request } = await makePerson(tenant, 'moderator')
    const owner = await makePerson(tenant, 'owner')
    const requester = { name: 'Asker', email: 'asker@example.com' }
    const { id } = await makeTicket(tenant, requester)
    const ask = async (key: string) => {
      const [path, body] =
        act === 'create'
          ? ['/ticket', { title: 'Bench', description: 'Text', requester }]
          : [`/ticket/${id}/comments`, { body: 'It is on its way.' }]
      const answer = await request('POST', path as string, body, { 'idempotency-key': key })
      expect(answer.status).toBe(201)
    }
    const policy = { name: 'All', targets: [{ metric: 'first_response', priority: 'medium', amount: 4, unit: 'hours' }] }
    expect((await owner.request('POST', '/sla', policy)).status).toBe(201)
    for (let n = 0; n < 3; n++) await ask(`before-${n}`)
    const packets = (await packetsDuring(() => ask('second'))).filter(([text]) => !text?.includes('pg_notify'))
    // On a connection that is new, what begins the unit of work goes by itself.
    const begins = packets.filter((packet) => packet.length === 1 && /^BEGIN/.test(packet[0] ?? '')).length
    const sent = { statements: packets.flat().length, waits: packets.length - begins }
    expect(sent, packets.map((packet) => packet.map((text) => text.trim().slice(0, 80)).join('\n')).join('\n---\n')).toEqual(most)
    // Each has a name, under which it is parsed and planned once.
    expect(packets.flat().filter((text) => text.includes('$1') && !preparedName(text))).toEqual([])
  })

  it('for the mails that follow is read at once', async () => {
    const tenant = await makeTenant('asks-mail')
    const { request } = await makePerson(tenant, 'moderator')
    const requester = { name: 'Asker', email: 'asker@example.com' }
    const { id } = await makeTicket(tenant, requester)
    expect((await request('POST', `/ticket/${id}/comments`, { body: 'It is on its way.' })).status).toBe(201)
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ data: { dueAt: new Date(0), leavesAt: null } }))
    const packets = await packetsDuring(() => asBackground(() => deliverAll(tenant.ref, findSubscriber, { paceMs: 0 })))
    const reads = packets.filter((packet) => packet.some((text) => text.includes('FROM mail_template')))
    // The new ticket's: the conversation, what it may go on with, the texts. The reply's: what it says, in place of the second. Both in one packet.
    const counts = reads.map((packet) => packet.filter((text) => /^\s*SELECT/.test(text)).length)
    expect(counts, reads.map((packet) => packet.map((text) => text.trim().slice(0, 80)).join('\n')).join('\n---\n')).toEqual([6])
  })
})
