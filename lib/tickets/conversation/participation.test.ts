import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readReceipt, receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { storeFile } from '../../files/attachments'
import { forgetRateLimits } from '../../procedure/rate-limit'
import { channels } from '../../realtime/schema'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { base64, html, multipart, part } from '../../testing/mails/build'
import type { MessageOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
/** A customer with an account. */
let boss: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('part')
  agent = await makePerson(tenant, 'agent')
  boss = await makePerson(tenant, 'customer')
  await boss.request('POST', '/ticket', { title: 'Own', description: 'Boss asks.' })
})
beforeEach(forgetRateLimits)

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let counter = 0
/** Only then may it name others in a conversation. */
const proven = { spf: null, dkim: null, dmarc: 'pass', isSpam: null } as const
async function mail({
  cc,
  answers,
  text,
  from = 'Amina <amina@shop.example>',
}: {
  cc?: string
  answers?: string
  text: string
  from?: string
}) {
  const lines = [
    `From: ${from}`,
    'To: support@part.localhost',
    ...(cc ? [`Cc: ${cc}`] : []),
    `Subject: ${answers ? 'Re: ' : ''}Parcel`,
    `Message-ID: <v${++counter}@shop.example>`,
    ...(answers ? [`In-Reply-To: <${answers}>`] : []),
  ]
  const raw = Buffer.from([...lines, '', text].join('\r\n'))
  const { id } = await receiveMail(tenant, { recipient: 'support@part.localhost', provider: 'test', raw, verdict: proven }, 'test')
  await drainBackground()
  return { ticketId: (await readReceipt(tenant, id)).ticketId as string, messageId: `v${counter}@shop.example` }
}

const read = async (who: TestPerson, id: string) => {
  const response = await who.request('GET', `/participation/${id}`)
  return {
    status: response.status,
    ...((await response.json()) as { messages: MessageOutput[]; people: { name: string }[]; mayReply: boolean }),
  }
}
const said = async (who: TestPerson, id: string) => (await read(who, id)).messages.map(({ bodyText }) => bodyText)

/** A ticket in which the boss is named by the second message. */
async function makePart() {
  const first = await mail({ text: 'My secret salary.' })
  const id = first.ticketId
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'Early answer.' })
  await mail({ text: `Please see.\r\n\r\nOn Mon, A <a@b.c> wrote:\r\n> My secret salary.`, cc: boss.email, answers: first.messageId })
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'Inner words.', isInternal: true })
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'To both.' })
  return { id, first }
}

describe('whoever takes part', () => {
  it('sees what was said in public from the message on that named them, and nothing before', async () => {
    const { id } = await makePart()
    const seen = await read(boss, id)
    expect(seen.messages.map(({ bodyText }) => bodyText)).toEqual(['Please see.', 'To both.'])
    const words = JSON.stringify(seen)
    for (const hidden of ['salary', 'Early', 'Inner', 'amina@']) expect(words).not.toContain(hidden)
    const list = await (await boss.request('GET', '/participation')).json()
    expect(list.items).toMatchObject([{ id, title: 'Parcel', status: 'in_progress' }])
    expect(JSON.stringify(list)).not.toContain('salary')
  })

  it('comes to it by this way alone', async () => {
    const { id } = await makePart()
    for (const path of ['', '/comments', '/attachments', '/participants', '/sla'])
      expect((await boss.request('GET', `/ticket/${id}${path}`)).status, path).toBe(404)
    expect((await boss.request('POST', `/ticket/${id}/comments`, { body: 'x' })).status).toBe(404)
    expect((await boss.request('POST', `/ticket/${id}/close`, { version: 1 })).status).toBe(404)
    await drainBackground()
    for (const q of ['salary', 'Parcel', 'see']) expect((await (await boss.request('GET', `/ticket?q=${q}`)).json()).items).toEqual([])
    const channel = { socketId: '1.1', channel: `private-request-${id}` }
    expect((await boss.request('POST', '/realtime/channel', channel)).status).not.toBe(200)
  })

  it('does not see an answer that its writer sent to others', async () => {
    const { id } = await makePart()
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'For Amina alone.', cc: [] })
    expect(await said(boss, id)).toEqual(['Please see.', 'To both.'])
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'For all again.' })
    expect((await said(boss, id)).at(-1)).toBe('For all again.')
  })

  it('replies, which wakes the ticket', async () => {
    const { id } = await makePart()
    const { version } = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id } }))
    await agent.request('PUT', `/ticket/${id}/status`, { status: 'resolved', version })
    expect((await boss.request('POST', `/participation/${id}/comments`, { body: 'Still wrong.' })).status).toBe(201)
    const ticket = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id } }))
    expect(ticket).toMatchObject({ resolvedAt: null, hasNewReply: true })
    const { items } = (await (await agent.request('GET', `/ticket/${id}/comments`)).json()) as { items: MessageOutput[] }
    expect(items.at(-1)).toMatchObject({ kind: 'reply', bodyText: 'Still wrong.', author: { kind: 'contact' } })
  })

  it('is out at once when removed', async () => {
    const { id } = await makePart()
    const { items } = await (await agent.request('GET', `/ticket/${id}/participants`)).json()
    await agent.request('DELETE', `/ticket/${id}/participants/${items[0].id}`)
    expect((await read(boss, id)).status).toBe(404)
    expect((await boss.request('POST', `/participation/${id}/comments`, { body: 'x' })).status).toBe(404)
    expect((await (await boss.request('GET', '/participation')).json()).items.map((each: { id: string }) => each.id)).not.toContain(id)
  })

  it('gets the files of what they see, and no others', async () => {
    const { id } = await makePart()
    const messages = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: id }, orderBy: { createdAt: 'asc' } }))
    const statuses: number[] = []
    for (const { id: messageId } of messages) {
      const file = { name: 'a.txt', contentType: 'text/plain', bytes: Buffer.from(`Text ${messageId}`) }
      const { id: fileId } = await inWork(tenant, (work) => storeFile(work, file, { messageId }))
      statuses.push((await boss.request('GET', `/files/${fileId}`)).status)
    }
    expect(messages.map(({ bodyText }, at) => [bodyText, statuses[at]])).toEqual([
      ['My secret salary.', 404],
      ['Early answer.', 404],
      ['Please see.', 200],
      ['Inner words.', 404],
      ['To both.', 200],
    ])
  })

  it('gets no picture that only stands in what was quoted', async () => {
    const { id, first } = await makePart()
    const shown = '<p>Please see <img src="cid:new@x"></p>'
    const quote =
      '<div class="gmail_quote"><div class="gmail_attr">On Mon, A &lt;a@b.c&gt; wrote:</div><blockquote class="gmail_quote"><p>Salary <img src="cid:old@x"></p></blockquote></div>'
    const picture = (cid: string, more: string) =>
      part(
        'image/png',
        base64(Buffer.concat([pixel, Buffer.from(more)]).toString('latin1')),
        `Content-ID: <${cid}>`,
        'Content-Transfer-Encoding: base64',
      )
    const headers = [
      'From: amina@shop.example',
      'To: support@part.localhost',
      'Subject: Re: Parcel',
      'Message-ID: <quoting@shop.example>',
      `In-Reply-To: <${first.messageId}>`,
    ]
    const raw = Buffer.from(multipart('related', [html(shown + quote), picture('new@x', 'n'), picture('old@x', 'o')], headers), 'latin1')
    await receiveMail(tenant, { recipient: 'support@part.localhost', provider: 'test', raw }, 'test')
    await drainBackground()
    const { messageId, files, message } = await inWork(tenant, async ({ tx }) => {
      const message = await tx.ticketMessage.findFirstOrThrow({ where: { ticketId: id }, orderBy: { createdAt: 'desc' } })
      return { message, messageId: message.id, files: await tx.attachment.findMany({ where: { messageId: message.id } }) }
    })
    expect(files).toHaveLength(2)
    const [own, old] = [
      files.find((file) => message.bodyHtml?.includes(file.id)),
      files.find((file) => message.quotedHtml?.includes(file.id)),
    ]
    expect([own, old].map((file) => file?.isInline)).toEqual([true, true])
    const [said] = (await read(boss, id)).messages.filter((each) => each.id === messageId)
    expect(said?.attachments.map((file) => file.id)).toEqual([own?.id])
    const get = async (who: TestPerson, file = own) => (await who.request('GET', `/files/${file?.id}`)).status
    expect([await get(boss), await get(boss, old), await get(agent, old)]).toEqual([200, 404, 200])
  })

  it('sees the newest of a very long conversation, oldest first', async () => {
    const { id } = await makePart()
    await inWork(tenant, async ({ tx, now }) => {
      const last = await tx.ticketMessage.findFirstOrThrow({ where: { ticketId: id }, orderBy: { createdAt: 'desc' } })
      const { id: _id, messageId: _messageId, addressees: _addressees, ...like } = last
      await tx.ticketMessage.createMany({
        data: Array.from({ length: 500 }, (_each, n) => ({
          ...like,
          id: newId(),
          messageId: `long-${n}@x`,
          bodyText: `Long ${n}`,
          createdAt: new Date(now.getTime() + n),
        })),
      })
    })
    const words = await said(boss, id)
    expect([words.length, words[0], words.at(-1)]).toEqual([500, 'Long 0', 'Long 499'])
  })

  it('who takes no part sees none of it, nor the requester as somebody who does', async () => {
    const { id } = await makePart()
    const stranger = await makePerson(tenant, 'customer')
    expect((await read(stranger, id)).status).toBe(404)
    expect((await read(agent, id)).status).toBe(404)
    const own = (await (await boss.request('GET', '/ticket/mine')).json()).items[0].id
    expect((await read(boss, own)).status).toBe(404)
  })
})

describe('after a merge', () => {
  it('what was said in the other ticket before is seen by nobody who took part in one', async () => {
    const owner = await makePerson(tenant, 'owner')
    const into = await mail({ text: 'Into secret.' })
    const from = await mail({ text: 'From words.', cc: boss.email })
    const later = await mail({ text: 'Into later secret.', answers: into.messageId })
    expect(later.ticketId).toBe(into.ticketId)
    const { number } = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id: into.ticketId } }))
    const merged = await owner.request('POST', `/ticket/${from.ticketId}/merge`, { into: `PART-${number}` })
    expect(merged.status).toBe(200)
    expect(await said(boss, into.ticketId)).toEqual([])
    await agent.request('POST', `/ticket/${into.ticketId}/comments`, { body: 'To all.' })
    expect(await said(boss, into.ticketId)).toEqual(['To all.'])
  })
})

it('the list has pages: the last that something was said in first, each once', async () => {
  const reader = await makePerson(tenant, 'customer')
  await reader.request('POST', '/ticket', { title: 'Own', description: 'Mine.' })
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push((await mail({ text: `Please see ${n}.`, cc: reader.email })).ticketId)
  await agent.request('POST', `/ticket/${ids[0]}/comments`, { body: 'News.' })
  const page = async (query: string) =>
    (await (await reader.request('GET', `/participation?limit=2&${query}`)).json()) as {
      items: { id: string }[]
      nextCursor: string | null
      total?: number
    }
  const first = await page('total=true')
  expect(first).toMatchObject({ items: [{ id: ids[0] }, { id: ids[2] }], total: 3 })
  const second = await page(`cursor=${first.nextCursor}`)
  expect(second).toMatchObject({ items: [{ id: ids[1] }], nextCursor: null })
  expect((await page('offset=2')).items).toEqual(second.items)
})

describe('live changes', () => {
  const head = async (who: TestPerson) => {
    const channel = channels.user(who.id)
    const { heads } = (await (await who.request('POST', '/realtime/heads', { channels: [channel] })).json()) as {
      heads: Record<string, number>
    }
    return heads[channel] as number
  }
  /** How many messages somebody hears of an act. */
  const heard = async (who: TestPerson, act: () => Promise<unknown>) => {
    await drainBackground()
    const before = await head(who)
    await act()
    await drainBackground()
    return (await head(who)) - before
  }
  const other = 'amina@shop.example'

  it('are told to whoever takes part, of what they see and of nothing else', async () => {
    const { id } = await makePart()
    const say = (body: string, given = {}) => agent.request('POST', `/ticket/${id}/comments`, { body, ...given })
    expect(await heard(boss, () => say('To all.'))).toBe(1)
    expect(await heard(boss, () => say('To one.', { to: [other], cc: [] }))).toBe(0)
    expect(await heard(boss, () => say('Inner.', { isInternal: true }))).toBe(0)
    const version = async () => ((await (await agent.request('GET', `/ticket/${id}`)).json()) as { version: number }).version
    expect(
      await heard(boss, async () => agent.request('PUT', `/ticket/${id}/priority`, { priority: 'urgent', version: await version() })),
    ).toBe(0)
    expect(
      await heard(boss, async () => agent.request('PUT', `/ticket/${id}/status`, { status: 'resolved', version: await version() })),
    ).toBe(1)
    const listed = (await (await agent.request('GET', `/ticket/${id}/participants`)).json()) as { items: { id: string; email: string }[] }
    const contact = listed.items.find(({ email }) => email === boss.email)?.id
    expect(await heard(boss, () => agent.request('DELETE', `/ticket/${id}/participants/${contact}`))).toBe(1)
    expect(await heard(boss, () => say('Without them.'))).toBe(0)
  })

  it('do not come by the channels of the ticket', async () => {
    const { id } = await makePart()
    const { heads } = (await (
      await boss.request('POST', '/realtime/heads', { channels: [channels.request(id), channels.ticket(id)] })
    ).json()) as { heads: Record<string, number> }
    expect(heads).toEqual({})
  })
})
