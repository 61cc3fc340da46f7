import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant } from '../../testing/factories'
import { readReceipt, receiveMail } from './receive'

/** Each message once, however often and by however many ways it comes; run on both databases. */
export function describeExactlyOnce() {
  let tenant: ResolvedTenant
  beforeAll(async () => {
    tenant = await makeTenant('once')
  })

  const scan = (file: string, { trace = '', text = 'See the file.', subject = 'Scan', from = 'scanner@office.example' } = {}) =>
    [
      ...(trace ? [`Received: ${trace}`] : []),
      `From: Scanner <${from}>`,
      'To: support@once.localhost, billing@once.localhost',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="s1"',
      'Message-ID: <device-constant@office.example>',
      '',
      `--s1\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--s1`,
      `Content-Type: text/plain; name="${file}"`,
      `Content-Disposition: attachment; filename="${file}"`,
      '',
      `Contents of ${file}`,
      '--s1--',
    ].join('\r\n')

  const receive = (text: string, recipient = 'support@once.localhost') =>
    receiveMail(tenant, { recipient, provider: 'test', raw: Buffer.from(text) }, 'test')

  async function deliverAll(mails: Promise<{ id: string }>[]) {
    const receipts = await Promise.all(mails)
    await drainBackground()
    return Promise.all(receipts.map(({ id }) => readReceipt(tenant, id)))
  }

  const messages = () => inWork(tenant, ({ tx }) => tx.ticketMessage.count())

  describe('the same message', () => {
    it('delivered many times at once, by several ways to two mailboxes, is one ticket in the department of the first in To', async () => {
      await inWork(tenant, async ({ tx }) => {
        const [first] = await tx.department.findMany({ where: { isDefault: false } })
        const where = { tenantId_id: { tenantId: tenant.ref.id, id: first?.id as string } }
        await tx.department.update({ where, data: { supportAddress: 'billing@once.localhost' } })
      })
      const before = await messages()
      const ways = Array.from({ length: 4 }, (_, n) => `way ${n}`)
      const receipts = await deliverAll(
        ways.flatMap((trace) => [
          receive(scan('page-0.txt', { trace })),
          receive(scan('page-0.txt', { trace })),
          receive(scan('page-0.txt', { trace }), 'billing@once.localhost'),
        ]),
      )
      expect(new Set(receipts.map(({ id }) => id)).size).toBe(8)
      expect(new Set(receipts.map(({ status, ticketId }) => `${status} ${ticketId}`)).size).toBe(1)
      expect(receipts[0]).toMatchObject({ status: 'delivered', ticketId: expect.any(String) })
      expect(await messages()).toBe(before + 1)
      const ticket = await inWork(tenant, ({ tx }) =>
        tx.ticket.findFirstOrThrow({ where: { id: receipts[0]?.ticketId as string }, include: { department: true } }),
      )
      expect(ticket.department?.isDefault).toBe(true)
    })

    it('named to a department first is that department’s', async () => {
      const text = scan('page-9.txt').replace('support@once.localhost, billing', 'billing')
      const [receipt] = await deliverAll([receive(text)])
      const ticket = await inWork(tenant, ({ tx }) =>
        tx.ticket.findFirstOrThrow({ where: { id: receipt?.ticketId as string }, include: { department: true } }),
      )
      expect(ticket.department?.supportAddress).toBe('billing@once.localhost')
    })
  })

  it('recovered by several people at once is one ticket', async () => {
    const admins = await Promise.all(Array.from({ length: 4 }, () => makePerson(tenant, 'admin')))
    const [kept] = await deliverAll([receive(scan('lost.txt', { trace: 'lost' }).replace(/^From: .*$/m, 'X-From: nobody'))])
    expect(kept).toMatchObject({ status: 'attention', reason: 'no_sender' })
    const before = await messages()
    const body = { action: 'ticket', requester: { email: 'found@office.example' } }
    const answers = await Promise.all(admins.map((admin) => admin.request('POST', `/settings/mail/messages/${kept?.id}/recover`, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    expect(await messages()).toBe(before + 1)
  })

  it('kept by two ways and recovered from both at once is one ticket', async () => {
    const admins = await Promise.all([makePerson(tenant, 'admin'), makePerson(tenant, 'admin')])
    const nobodys = (trace: string) => scan('twice.txt', { trace }).replace(/^From: .*$/m, 'X-From: nobody')
    const kept = await deliverAll([receive(nobodys('one way')), receive(nobodys('another'))])
    expect(kept.map(({ status, reason }) => `${status} ${reason}`)).toEqual(['attention no_sender', 'attention no_sender'])
    const before = await messages()
    const body = { action: 'ticket', requester: { email: 'twice@office.example' } }
    const answers = await Promise.all(
      admins.map((admin, n) => admin.request('POST', `/settings/mail/messages/${kept[n]?.id}/recover`, body)),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const filed = await Promise.all(answers.map((answer) => answer.json() as Promise<{ ticketId: string }>))
    expect(filed[0]?.ticketId).toBe(filed[1]?.ticketId)
    expect(await messages()).toBe(before + 1)
  })

  describe('another message under the same Message-ID', () => {
    it.each<[string, { file?: string; text?: string; subject?: string; from?: string }]>([
      ['another file', { file: 'page-2.txt' }],
      ['another text', { text: 'See the other file.' }],
      ['another subject', { subject: 'Scan of today' }],
      ['another sender', { from: 'scanner2@office.example' }],
    ])('with %s is a message of its own, with all that came with it', async (_, { file = 'page-1.txt', ...given }) => {
      await deliverAll([receive(scan('page-1.txt'))])
      const before = await messages()
      const [receipt] = await deliverAll([receive(scan(file, given))])
      expect(receipt).toMatchObject({ status: 'delivered' })
      expect(await messages()).toBe(before + 1)
      const files = await inWork(tenant, ({ tx }) =>
        tx.attachment.findMany({ where: { message: { ticketId: receipt?.ticketId as string } }, select: { name: true } }),
      )
      expect(files).toContainEqual({ name: file })
    })

    it('is a message of its own also when both come at once', async () => {
      const before = await messages()
      const receipts = await deliverAll([receive(scan('left.txt')), receive(scan('right.txt'))])
      expect(receipts.map(({ status }) => status)).toEqual(['delivered', 'delivered'])
      expect(await messages()).toBe(before + 2)
    })
  })
}
