import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readReceipt, receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { storeFile } from '../../files/attachments'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
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
