import { simpleParser } from 'mailparser'
import { beforeAll, describe, expect, it } from 'vitest'
import { readReceipt, receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { installJobRunner } from '../jobs/embedded'
import { readSpool } from '../mail/transport'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { sendDraftJob } from '../tickets/conversation/drafts'
import type { DraftOutput, MessageOutput, ParticipantOutput } from '../tickets/conversation/schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('copies')
  agent = await makePerson(tenant, 'agent')
  const mailbox = { tenantId: tenant.ref.id, id: newId(), name: 'Box', address: 'box@copies.example' }
  await inWork(tenant, ({ tx }) => tx.mailbox.create({ data: mailbox }))
})

const verdictOf = (dmarc: 'pass') => ({ verdict: { spf: null, dkim: null, dmarc, isSpam: null } })

let counter = 0
async function ask(cc = 'Boss <boss@shop.example>', from = 'Amina <amina@shop.example>', dmarc?: 'pass') {
  const headers = [
    `From: ${from}`,
    'To: support@copies.localhost',
    `Cc: ${cc}`,
    'Subject: Parcel',
    `Message-ID: <c${++counter}@shop.example>`,
  ]
  const raw = Buffer.from([...headers, '', 'It went to my neighbour.'].join('\r\n'))
  const { id } = await receiveMail(
    tenant,
    { recipient: 'support@copies.localhost', provider: 'test', raw, ...(dmarc && verdictOf(dmarc)) },
    'test',
  )
  await drainBackground()
  return (await readReceipt(tenant, id)).ticketId as string
}

const addressesIn = (header: unknown) => (header as { value: { address: string }[] } | undefined)?.value.map(({ address }) => address) ?? []
/** The mails about a ticket, the newest last: whom they say, and whom they go to. */
async function mailsOf(ticketId: string) {
  await drainBackground()
  const rows = await inWork(tenant, ({ tx }) =>
    tx.outboundMail.findMany({ where: { ticketId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
  )
  return Promise.all(
    rows.map(async ({ raw, recipients, id }) => {
      const mail = await simpleParser(Buffer.from(raw))
      expect((await readSpool('copies', 1000)).filter((spooled) => spooled.id === id)).toHaveLength(1)
      return { to: addressesIn(mail.to), cc: addressesIn(mail.cc), recipients, text: mail.text ?? '' }
    }),
  )
}
const newestOf = async (ticketId: string) => (await mailsOf(ticketId)).at(-1)
const reply = (id: string, given: object) => agent.request('POST', `/ticket/${id}/comments`, { body: 'We look into it.', ...given })
const peopleOf = (ticketId: string) =>
  inWork(tenant, async ({ tx }) => {
    const include = { contact: { select: { addresses: { select: { email: true } } } } }
    const rows = await tx.ticketParticipant.findMany({ where: { ticketId, removedAt: null }, include })
    return rows.map(({ contact }) => contact.addresses[0]?.email).sort()
  })

describe('an answer', () => {
  it('goes to the requester, and to who takes part in copy, as one mail that shows both', async () => {
    const id = await ask('Boss <boss@shop.example>, desk@shop.example')
    expect((await reply(id, {})).status).toBe(201)
    expect(await newestOf(id)).toMatchObject({
      to: ['amina@shop.example'],
      cc: ['boss@shop.example', 'desk@shop.example'],
      recipients: ['amina@shop.example', 'boss@shop.example', 'desk@shop.example'],
    })
    const { items } = (await (await agent.request('GET', `/ticket/${id}/comments`)).json()) as { items: MessageOutput[] }
    expect(items.at(-1)?.addressees).toEqual({
      to: [{ email: 'amina@shop.example', name: 'Amina' }],
      cc: [
        { email: 'boss@shop.example', name: 'Boss' },
        { email: 'desk@shop.example', name: 'desk@shop.example' },
      ],
    })
  })

  it('that several people get has no link by which one of them would open it as another', async () => {
    const id = await ask()
    await reply(id, {})
    const [acknowledged, answered] = await mailsOf(id)
    expect(acknowledged).toMatchObject({ to: ['amina@shop.example'], cc: [], text: expect.stringContaining('/request#') })
    expect(answered?.text).not.toContain('/request#')
    expect(answered?.text).toContain(`/requests/${id}`)
    await reply(id, { cc: [] })
    expect((await newestOf(id))?.text).toContain('/request#')
  })

  it('says no older text', async () => {
    const id = await ask()
    await reply(id, {})
    expect((await newestOf(id))?.text).not.toContain('neighbour')
  })

  it('goes where its writer says; who is new takes part from then on, and who is left out this once still does', async () => {
    const id = await ask()
    const answer = await reply(id, { to: ['Amina@shop.example'], cc: ['"Lee, Law" <law@firm.example>; second@firm.example'] })
    expect(answer.status).toBe(201)
    expect(await newestOf(id)).toMatchObject({ to: ['amina@shop.example'], cc: ['law@firm.example', 'second@firm.example'] })
    expect(await peopleOf(id)).toEqual(['boss@shop.example', 'law@firm.example', 'second@firm.example'])
    const law = await inWork(tenant, ({ tx }) =>
      tx.ticketParticipant.findFirstOrThrow({ where: { ticketId: id, contact: { name: 'Lee, Law' } } }),
    )
    const { id: messageId } = (await answer.json()) as { id: string }
    expect(law).toMatchObject({ sinceMessageId: messageId, addedById: agent.id })
    await reply(id, {})
    expect((await newestOf(id))?.cc).toEqual(['boss@shop.example', 'law@firm.example', 'second@firm.example'])
  })

  it.each([
    ['no address', { cc: ['nonsense'] }, 'cc'],
    ['our own address', { cc: ['help@copies.localhost'] }, 'cc'],
    ['a mailbox of ours', { cc: ['box@copies.example'] }, 'cc'],
    ['nobody', { to: [] }, 'to'],
    ['a crowd', { cc: Array.from({ length: 60 }, (_, n) => `n${n}@crowd.example`) }, 'cc'],
    ['a note for customers', { cc: ['x@shop.example'], isInternal: true }, 'to'],
  ])('to %s is refused, and nobody becomes a contact', async (_, given, field) => {
    const id = await ask()
    const contacts = () => inWork(tenant, ({ tx }) => tx.contact.count())
    const before = await contacts()
    const answer = await reply(id, given)
    expect(answer.status).toBe(422)
    expect(Object.keys(((await answer.json()) as { fields: object }).fields)).toEqual([field])
    expect(await contacts()).toBe(before)
  })

  it('of a customer goes nowhere else', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    expect((await customer.request('POST', `/ticket/${id}/comments`, { body: 'x', cc: ['friend@shop.example'] })).status).toBe(422)
  })
})

describe('a draft', () => {
  const chosen = { to: ['amina@shop.example'], cc: ['Law <law@firm.example>'] }
  const draftOf = async (id: string) =>
    ((await (await agent.request('GET', `/ticket/${id}/page`)).json()) as { drafts: DraftOutput[] }).drafts[0]

  it('keeps To and Cc, also when it is taken back, and sends them', async () => {
    const id = await ask()
    const saved = await agent.request('PUT', `/ticket/${id}/drafts/reply`, { bodyHtml: '<p>Hi</p>', addressees: chosen })
    expect(saved.status).toBe(200)
    expect((await draftOf(id))?.addressees).toEqual(chosen)
    const send = () => agent.request('POST', `/ticket/${id}/drafts/reply/send`, { bodyHtml: '<p>Hi</p>', addressees: chosen })
    expect((await send()).status).toBe(200)
    expect((await agent.request('POST', `/ticket/${id}/drafts/reply/undo`)).status).toBe(200)
    expect((await draftOf(id))?.addressees).toEqual(chosen)
    expect((await send()).status).toBe(200)
    const { id: draftId } = await inWork(tenant, async ({ tx }) => {
      const draft = await tx.draft.findFirstOrThrow({ where: { ticketId: id } })
      return tx.draft.update({ where: { tenantId_id: { tenantId: draft.tenantId, id: draft.id } }, data: { sendAt: new Date(0) } })
    })
    await sendDraftJob.run({ tenant, input: { draftId } } as never)
    expect(await newestOf(id)).toMatchObject({ to: ['amina@shop.example'], cc: ['law@firm.example'] })
  })

  it('that names no address is refused while its writer looks at it', async () => {
    const id = await ask()
    const addressees = { ...chosen, cc: ['Law <law>'] }
    const answer = await agent.request('POST', `/ticket/${id}/drafts/reply/send`, { bodyHtml: '<p>Hi</p>', addressees })
    expect(answer.status).toBe(422)
  })
})

describe('staff', () => {
  const people = async (answer: Promise<Response>) => ((await (await answer).json()) as { items: ParticipantOutput[] }).items
  const emails = async (answer: Promise<Response>) => (await people(answer)).map(({ email }) => email)

  it('add and remove who takes part; answers follow', async () => {
    const id = await ask()
    const url = `/ticket/${id}/participants`
    expect(await emails(agent.request('POST', url, { address: 'Tax <tax@firm.example>' }))).toEqual([
      'boss@shop.example',
      'tax@firm.example',
    ])
    const [boss] = await people(agent.request('GET', url))
    expect(await emails(agent.request('DELETE', `${url}/${boss?.id}`))).toEqual(['tax@firm.example'])
    await reply(id, {})
    expect((await newestOf(id))?.cc).toEqual(['tax@firm.example'])
    const { activity } = (await (await agent.request('GET', `/ticket/${id}/page`)).json()) as {
      activity: { type: string; names: object }[]
    }
    expect(activity.filter(({ type }) => type === 'ticket.participants_changed').map(({ names }) => Object.values(names))).toEqual([
      ['Boss'],
      ['Tax'],
      ['Boss'],
    ])
  })

  it('are told which address is that of a colleague, before and after it takes part', async () => {
    const id = await ask()
    const checked = await agent.request('POST', `/ticket/${id}/addressees/check`, { emails: [agent.email, 'tax@firm.example'] })
    expect(await checked.json()).toEqual({ suppressed: [], staff: [{ email: agent.email, name: agent.name }] })
    // Who may not see people is not told who they are.
    const role = { tenantId: tenant.ref.id, id: newId(), name: 'Answers alone', permissions: ['ticket.view', 'ticket.reply'] }
    await inWork(tenant, ({ tx }) => tx.role.create({ data: role }))
    const answers = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const hidden = await answers.request('POST', `/ticket/${id}/addressees/check`, { emails: [agent.email] })
    expect([hidden.status, await hidden.json()]).toEqual([200, { suppressed: [], staff: [] }])
    const taking = await people(agent.request('POST', `/ticket/${id}/participants`, { address: agent.email }))
    expect(taking.filter(({ isStaff }) => isStaff).map(({ email }) => email)).toEqual([agent.email])
    expect(taking).toHaveLength(2)
  })

  it('bring somebody back where they were, unless something was said without them', async () => {
    const id = await ask()
    const url = `/ticket/${id}/participants`
    const [boss] = await people(agent.request('GET', url))
    const again = async () => {
      await agent.request('DELETE', `${url}/${boss?.id}`)
      return people(agent.request('POST', url, { contactId: boss?.id }))
    }
    expect(await again()).toEqual([boss])
    await agent.request('DELETE', `${url}/${boss?.id}`)
    await reply(id, {})
    const [after] = await people(agent.request('POST', url, { contactId: boss?.id }))
    expect(after?.since).not.toBe(boss?.since)
  })

  it.each([
    ['no address', 'law'],
    ['two', 'a@firm.example, b@firm.example'],
    ['our own', 'support@copies.localhost'],
    ['the requester', 'amina@shop.example'],
  ])('cannot add %s', async (_, address) => {
    const id = await ask()
    expect((await agent.request('POST', `/ticket/${id}/participants`, { address })).status).toBe(422)
  })
})

it('whom answers went to is forgotten with them, and nobody else', async () => {
  const owner = await makePerson(tenant, 'owner')
  const id = await ask('gone@shop.example, Other <ogone@shop.example>')
  await reply(id, {})
  await agent.request('PUT', `/ticket/${id}/drafts/reply`, {
    bodyHtml: '<p>Hi</p>',
    addressees: { to: ['amina@shop.example'], cc: ['Gone <gone@shop.example>', 'ogone@shop.example'] },
  })
  const gone = await inWork(tenant, ({ tx }) => tx.contactAddress.findFirstOrThrow({ where: { email: 'gone@shop.example' } }))
  const { name } = (await (await owner.request('GET', `/contacts/${gone.contactId}`)).json()) as { name: string }
  expect((await owner.request('POST', `/contacts/${gone.contactId}/erase`, { confirm: name })).status).toBeLessThan(300)
  await drainBackground()
  const kept = await inWork(tenant, async ({ tx }) =>
    JSON.stringify([
      await tx.ticketMessage.findMany({ where: { ticketId: id }, select: { addressees: true } }),
      await tx.draft.findMany({ where: { ticketId: id }, select: { addressees: true } }),
    ]),
  )
  expect(kept.replaceAll('ogone@', '')).not.toContain('gone@')
  expect(kept.match(/ogone@/g)?.length).toBeGreaterThanOrEqual(2)
})

describe('before an answer is sent', () => {
  const pageOf = async (id: string) =>
    (await (await agent.request('GET', `/ticket/${id}/page`)).json()) as {
      participants: ParticipantOutput[]
      suppressed: { email: string }[]
    }

  it('it is known whom somebody named who is not proven', async () => {
    const flags = async (id: string) => (await pageOf(id)).participants.map(({ isNamedByUnproven }) => isNamedByUnproven)
    expect(await flags(await ask())).toEqual([true])
    const id = await ask(undefined, undefined, 'pass')
    expect(await flags(id)).toEqual([false])
    await agent.request('POST', `/ticket/${id}/participants`, { address: 'tax@firm.example' })
    expect(await flags(id)).toEqual([false, false])
  })

  it('it is known which addresses are suppressed: of the usual people, of those who are typed, and of a contact', async () => {
    const admin = await makePerson(tenant, 'admin')
    const id = await ask()
    for (const email of ['boss@shop.example', 'law@firm.example'])
      await admin.request('POST', '/settings/suppressions', { email, detail: 'They asked.' })
    expect((await pageOf(id)).suppressed).toMatchObject([{ email: 'boss@shop.example', reason: 'manual', since: expect.any(String) }])
    const checked = await agent.request('POST', `/ticket/${id}/addressees/check`, {
      emails: ['Law <Law@firm.example>', 'ok@firm.example', 'nonsense'],
    })
    const { suppressed } = (await checked.json()) as { suppressed: { email: string }[] }
    expect(suppressed).toMatchObject([{ email: 'law@firm.example', reason: 'manual' }])
    expect(JSON.stringify(suppressed)).not.toContain('They asked')
    const found = async () => {
      const list = (await (await agent.request('GET', '/contacts?q=boss@shop.example')).json()) as {
        items: { id: string; suppressed: object[] }[]
      }
      const one = await (await agent.request('GET', `/contacts/${list.items[0]?.id}`)).json()
      expect(one.suppressed).toEqual(list.items[0]?.suppressed)
      return one.suppressed
    }
    expect(await found()).toMatchObject([{ email: 'boss@shop.example', reason: 'manual' }])
    for (const email of ['boss@shop.example', 'law@firm.example']) await admin.request('DELETE', `/settings/suppressions/${email}`)
    expect(await found()).toEqual([])
    expect((await pageOf(id)).suppressed).toEqual([])
  })
})
