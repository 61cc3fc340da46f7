import { expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, makeTicket } from '../testing/factories'
import { purgeRecordsJob } from './jobs'

openTestDatabase()

it('the purge removes what has served long ago, keeps what has not, and keeps all that happened', async () => {
  const tenant = await makeTenant()
  const tenantId = tenant.ref.id
  const person = await makePerson(tenant, 'agent')
  await makeTicket(tenant)
  await drainBackground()
  const rows = () =>
    withTenant(tenant.ref, async (tx) => ({
      keys: await tx.idempotencyKey.count(),
      links: await tx.oneTimeToken.count(),
      sessions: await tx.session.count(),
      messages: await tx.channelMessage.count(),
      deliveries: await tx.eventDelivery.count({ where: { status: 'done' } }),
      events: await tx.event.count(),
      notifications: await tx.notification.count(),
      spam: await tx.inboundMail.count({ where: { status: 'spam' } }),
      mails: await tx.inboundMail.count(),
    }))
  const old = new Date(Date.now() - 40 * 86400_000)
  await withTenant(tenant.ref, async (tx) => {
    for (const createdAt of [old, new Date()]) {
      const key = { tenantId, actorId: person.id, procedure: 'x', requestHash: 'x' }
      await tx.idempotencyKey.create({ data: { ...key, key: String(createdAt.getTime()), createdAt } })
      await tx.oneTimeToken.create({
        data: { tenantId, id: newId(), personId: person.id, purpose: 'magic_link', hash: newId(), createdAt, expiresAt: createdAt },
      })
    }
    await tx.session.create({ data: { tenantId, id: newId(), personId: person.id, kind: 'browser', expiresAt: old } })
    for (const [status, receivedAt] of [
      ['spam', old],
      ['spam', new Date()],
      ['attention', old],
    ] as const) {
      const mail = { provider: 'test', recipient: 'x', raw: Buffer.from('x'), sha256: newId() }
      await tx.inboundMail.create({ data: { ...mail, tenantId, id: newId(), status, receivedAt } })
    }
  })
  const run = () => purgeRecordsJob.run({ input: {}, tenant: null, progress: async () => {} })
  const before = await rows()
  expect(before).toMatchObject({ keys: 2, links: 2, sessions: 2, notifications: 1, spam: 2, mails: 3 })
  await run()
  expect(await rows()).toEqual({ ...before, keys: 1, links: 1, sessions: 1, spam: 1, mails: 2 })
  await withTenant(tenant.ref, async (tx) => {
    await tx.eventDelivery.updateMany({ where: { status: 'done' }, data: { doneAt: old } })
    await tx.channelMessage.updateMany({ data: { createdAt: old } })
    await tx.notification.updateMany({ data: { updatedAt: new Date(Date.now() - 91 * 86400_000) } })
  })
  await run()
  expect(await rows()).toEqual({
    ...before,
    keys: 1,
    links: 1,
    sessions: 1,
    deliveries: 0,
    messages: 0,
    notifications: 0,
    spam: 1,
    mails: 2,
  })
})
