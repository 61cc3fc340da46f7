import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { env } from '../../env'
import { findSubscriber } from '../../events/registry'
import { deliverAll } from '../../events/relay'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { statementsDuring } from '../../testing/beside'
import { openTestDatabase } from '../../testing/database'
import { inWork, makeTenant } from '../../testing/factories'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  env().JOBS = 'off' // what waits is delivered by hand: how much is done at once must not depend on the machine
  tenant = await makeTenant('post')
})

const mail = (n: number, headers: string[] = []) =>
  [
    'From: Ada <ada@example.com>',
    'To: support@post.localhost',
    `Subject: Parcel ${n}`,
    `Message-ID: <${n}@example.com>`,
    ...headers,
    '',
    'It went to my neighbour.',
  ].join('\r\n')

/** From receipt until nothing is left to do. */
async function deliver(raw: string) {
  const { id } = await receiveMail(tenant, { recipient: 'support@post.localhost', provider: 'test', raw: Buffer.from(raw) }, 'test')
  await deliverAll(tenant.ref, findSubscriber, { slowMs: 60_000, unitMs: 60_000 })
  return readReceipt(tenant, id)
}

async function costOf(raw: string) {
  let receipt: Awaited<ReturnType<typeof deliver>> | undefined
  const sent = await statementsDuring(async () => {
    receipt = await deliver(raw)
  })
  await drainBackground()
  expect(receipt).toMatchObject({ status: 'delivered', ticketId: expect.any(String) })
  // The last unit of work reads the receipt.
  return { statements: sent.length - 3, units: sent.filter((text) => text.startsWith('BEGIN')).length - 1 }
}

describe('a small mail, from its receipt until it was acknowledged', () => {
  it('takes so many statements and units of work, and no more, where it opens a ticket', async () => {
    await deliver(mail(1))
    const { statements, units } = await costOf(mail(2))
    expect(statements).toBeLessThanOrEqual(86)
    expect(units).toBeLessThanOrEqual(12)
  })

  it('and where it is a reply', async () => {
    await deliver(mail(3))
    await deliver(mail(4, ['In-Reply-To: <3@example.com>']))
    const { statements, units } = await costOf(mail(5, ['In-Reply-To: <3@example.com>', 'References: <3@example.com>']))
    expect(statements).toBeLessThanOrEqual(65)
    expect(units).toBeLessThanOrEqual(8)
  })

  it('and goes where it says', async () => {
    const tickets = await inWork(tenant, ({ tx }) => tx.ticket.findMany({ orderBy: { number: 'asc' }, select: { messageCount: true } }))
    expect(tickets.map(({ messageCount }) => messageCount)).toEqual([1, 1, 3])
  })
})
