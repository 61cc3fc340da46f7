import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { readSpool } from '../mail/transport'
import type { ResolvedTenant } from '../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { sendNotificationsJob } from './jobs'

openTestPostgres()

let tenant: ResolvedTenant
const people: TestPerson[] = []
beforeAll(async () => {
  tenant = await makeTenant('crowd')
  for (let n = 0; n < 12; n++) people.push(await makePerson(tenant, 'agent'))
})

const plan = () =>
  inWork(tenant, async ({ tx, now }) => {
    const tenantId = tenant.ref.id
    for (let n = 0; n < 4; n++)
      for (const { id: personId } of people) {
        const common = { tenantId, personId, type: 'login_alert', forStaff: false, createdAt: now, updatedAt: now }
        const id = newId()
        await tx.notification.create({ data: { ...common, id, title: `T${n}`, href: '/', groupKey: `g${n}` } })
        await tx.notificationSend.create({ data: { tenantId, notificationId: id, channel: 'mail', personId, dueAt: now } })
      }
  })

describe('several at work', () => {
  it('send each person one mail with all that is due', async () => {
    await plan()
    const run = () => sendNotificationsJob.run({ input: {}, tenant, progress: async () => {} })
    await Promise.all([run(), run(), run()])
    await drainBackground()
    const mails = (await readSpool('crowd', 1000)).map(({ raw }) => raw.toString())
    for (const { email } of people) expect(mails.filter((mail) => mail.includes(`To: ${email}`)).length, email).toBe(1)
    expect(await inWork(tenant, ({ tx }) => tx.notificationSend.count({ where: { sentAt: null } }))).toBe(0)
  })

  it('lose nothing to someone who reads at that moment', async () => {
    const [reader] = people as [TestPerson]
    const ticket = await makeTicket(tenant, { email: 'asker@example.com' })
    const admin = await makePerson(tenant, 'admin')
    await admin.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: reader.id, version: 1 })
    await drainBackground()
    const bodies = Array.from({ length: 12 }, (_, n) => `Note ${n}.`)
    await Promise.all([
      (async () => {
        for (const body of bodies) await admin.request('POST', `/ticket/${ticket.id}/comments`, { body, isInternal: true })
        await drainBackground()
      })(),
      (async () => {
        for (let n = 0; n < 30; n++) await reader.request('POST', '/notifications/read-all')
      })(),
    ])
    // Each of the notes is in a row that was unread when it came: the newest row ends with the newest note.
    const rows = await inWork(tenant, ({ tx }) =>
      tx.notification.findMany({ where: { personId: reader.id, groupKey: `ticket:${ticket.id}` }, orderBy: { updatedAt: 'asc' } }),
    )
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(bodies.length + 2)
    expect(rows.filter(({ readAt, updatedAt }) => readAt !== null && updatedAt > readAt)).toEqual([])
    expect(rows.at(-1)?.body).toBe(bodies.at(-1))
  })
})
