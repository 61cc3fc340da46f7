import { beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { readSpool } from '../../mail/transport'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../../testing/factories'
import { alikeKeyOf } from './facts'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()
beforeEach(forgetRateLimits)

let counter = 0
const pair = async () => {
  const n = ++counter
  return Promise.all([makeTenant(`one${n}`), makeTenant(`two${n}`)])
}
const addressOf = ({ ref }: ResolvedTenant) => `support@${ref.slug}.localhost`

async function deliver(tenant: ResolvedTenant, raw: Uint8Array, recipient = addressOf(tenant)) {
  const { id } = await receiveMail(tenant, { recipient, provider: 'test', raw }, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}

const write = (from: string, subject: string, body: string, headers: string[] = []) =>
  Buffer.from(
    [`From: ${from}`, 'To: x@y.example', `Subject: ${subject}`, `Message-ID: <l${++counter}@example.com>`, ...headers, '', body].join(
      '\r\n',
    ),
  )

const recipientsOf = (raw: Buffer): string[] =>
  /^To:((?:.*)(?:\r\n[ \t].*)*)/im.exec(raw.toString())?.[1]?.match(/[^\s<>,;]+@[^\s<>,;]+/g) ?? []

type Change = (raw: string) => string
const without =
  (...names: string[]): Change =>
  (raw) => {
    const [head = '', ...body] = raw.split('\r\n\r\n')
    const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
    const kept = lines.filter((line) => !names.includes(line.split(':')[0]?.toLowerCase() ?? ''))
    return [kept.join('\r\n'), ...body].join('\r\n\r\n')
  }
const standard = ['auto-submitted', 'x-auto-response-suppress', 'x-loop', 'precedence', 'list-unsubscribe', 'list-id']
const changes: [string, Change][] = [
  ['as they are', (raw) => raw],
  ['without the headers that say a machine wrote it', without(...standard)],
  ['with their subjects alone', without(...standard, 'in-reply-to', 'references', 'reply-to', 'message-id')],
  [
    'without even their numbers',
    (raw) => without(...standard, 'in-reply-to', 'references', 'reply-to', 'message-id')(raw).replace(/\[[A-Z0-9]+-\d+\]/g, ''),
  ],
]

/** Hands what each sends to the other until there is nothing, or far too much. */
async function converse([one, two]: [ResolvedTenant, ResolvedTenant], change: Change): Promise<number> {
  const fed = new Set<string>()
  let messages = 0
  for (let isQuiet = false; !isQuiet && messages < 20; ) {
    isQuiet = true
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const)
      for (const { id, raw } of await readSpool(from.ref.slug, 1000)) {
        const recipient = recipientsOf(raw).find((address) => address.endsWith(`@${to.ref.slug}.localhost`))
        if (fed.has(id) || !recipient) continue
        fed.add(id)
        isQuiet = false
        messages++
        await deliver(to, Buffer.from(change(raw.toString())), recipient)
      }
  }
  return messages
}

describe('two workspaces that write to each other', () => {
  it.each(changes)('end within three messages, %s', async (_, change) => {
    const [one, two] = await pair()
    const agent = await makePerson(one, 'admin')
    const { id } = await makeTicket(one, { email: addressOf(two) })
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'Which lamp?' })
    await drainBackground()
    expect(await converse([one, two], change)).toBeLessThanOrEqual(3)
    const before = (await readSpool(one.ref.slug, 1000)).length + (await readSpool(two.ref.slug, 1000)).length
    await drainBackground()
    expect((await readSpool(one.ref.slug, 1000)).length + (await readSpool(two.ref.slug, 1000)).length).toBe(before)
  })
})

describe('a vacation responder', () => {
  const notices: [string, string, string[]][] = [
    ['that says so in its headers', 'Away', ['Auto-Submitted: auto-replied']],
    ['that says so in its subject alone', 'Out of office: Lamp', []],
    ['that says nothing of it', 'I am at the beach', []],
  ]
  it.each(notices)('%s ends within three messages', async (_, subject, headers) => {
    const [tenant] = await pair()
    const from = 'ada@example.com'
    await deliver(tenant, write(from, 'Lamp', 'The lamp is dark.'))
    let messages = 1
    for (let seen = 0; messages < 20; ) {
      const spool = (await readSpool(tenant.ref.slug, 1000)).filter(({ raw }) => recipientsOf(raw).includes(from))
      if (spool.length === seen) break
      seen = spool.length
      messages++
      await deliver(tenant, write(from, subject, 'I am back on Monday.', headers))
      messages++
    }
    expect(messages).toBeLessThanOrEqual(3)
  })
})

describe('more than one sender can mean', () => {
  const fill = async (tenant: ResolvedTenant, raw: Uint8Array, howOften: number) => {
    const { id } = await deliver(tenant, raw)
    const alikeKey = alikeKeyOf(await parseMail(raw))
    await inWork(
      tenant,
      ({ tx }) =>
        tx.$executeRaw`INSERT INTO inbound_mail (tenant_id, id, provider, recipient, raw, sha256, status, received_at, from_address, alike_key)
        SELECT tenant_id, gen_random_uuid(), provider, recipient, raw, n::text, 'delivered', received_at, from_address, ${alikeKey}
        FROM inbound_mail, generate_series(1, ${howOften}::int) n WHERE id = ${id}::uuid`,
    )
  }

  it('is kept under Needs attention, and on a ticket as a folded note that changes nothing', async () => {
    const [tenant] = await pair()
    const from = 'robot@example.com'
    const first = await deliver(tenant, write(from, 'Alert', 'It is down.', ['Reply-To: ']))
    await fill(tenant, write(from, 'Alert 7', 'It is down.'), 99)
    expect(await deliver(tenant, write(from, 'Re: Alert 8', 'It is down.'))).toMatchObject({ status: 'attention', reason: 'too_many' })
    expect(await deliver(tenant, write(from, 'Another thing', 'The door is shut.'))).toMatchObject({ status: 'delivered' })
    const [message] = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: first.ticketId as string } }))
    const { ticketId } = await deliver(tenant, write(from, 'Alert', 'It is down.', [`In-Reply-To: <${message?.messageId}>`]))
    expect(ticketId).toBe(first.ticketId)
    const messages = await inWork(tenant, ({ tx }) =>
      tx.ticketMessage.findMany({ where: { ticketId: ticketId as string }, orderBy: { id: 'asc' } }),
    )
    expect(messages.at(-1)).toMatchObject({ kind: 'note', isAutomatic: true })
  })
})
