import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { mailHostOf } from '../../mail/addresses'
import { readDevMailbox } from '../../mail/dev-mailbox'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import { handleRest } from '../../wiring/rest'

openTestDatabase()

let tenant: ResolvedTenant
let moderator: TestPerson
let amina: { id: string; name: string; email: string }
beforeAll(async () => {
  tenant = await makeTenant('create')
  moderator = await makePerson(tenant, 'moderator')
  amina = (await makeTicket(tenant)).requester as typeof amina
})

const create = async (input: object, who = moderator) => {
  const answer = await who.request('POST', '/ticket', { title: 'Your chair', description: 'It is repaired.', ...input })
  return { status: answer.status, json: await answer.json() }
}
const takeBack = async (id: string, who = moderator) => (await who.request('POST', `/ticket/${id}/undo-creation`)).status
const mails = async () => {
  await drainBackground()
  return (await readDevMailbox(tenant.ref.slug)).filter(({ to }) => to.includes(amina.email)).map(({ text }) => text)
}

describe('a ticket that staff create for a contact', () => {
  it('begins with mail to them, once the time to take it back is over', async () => {
    await setUndoWindow(tenant, 60)
    const before = await mails()
    const { json: ticket } = await create({ requesterId: amina.id, firstMessage: 'mail', assigneeId: moderator.id })
    expect(ticket).toMatchObject({ requester: { id: amina.id }, assignee: { id: moderator.id }, status: 'assigned' })
    expect(await mails()).toEqual(before)
    expect(await takeBack(ticket.id, await makePerson(tenant, 'moderator'))).toBe(404)
    expect(await takeBack(ticket.id)).toBe(200)
    expect((await moderator.request('GET', `/ticket/${ticket.id}`)).status).toBe(404)
    const { json: taken } = await create({ requesterId: amina.id, acknowledge: true })
    await drainBackground()
    expect(await takeBack(taken.id)).toBe(200)
    expect(await mails()).toEqual(before)
    await setUndoWindow(tenant, 0)
    await create({ requesterId: amina.id, firstMessage: 'mail', description: 'Please collect it.' })
    const [mail, ...others] = (await mails()).filter((text) => !before.includes(text))
    expect(mail).toContain('Please collect it.')
    expect(others).toEqual([])
  })

  it('leaves its files to who takes it back, for another try', async () => {
    await setUndoWindow(tenant, 60)
    const form = new FormData()
    form.append('file', new File(['some text'], 'plan.txt', { type: 'text/plain' }))
    const host = hostOf(tenant)
    const headers = { host, cookie: moderator.cookie }
    const file = await handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers, body: form }))
    const { id: fileId } = await file.json()
    const given = { requesterId: amina.id, firstMessage: 'mail', attachmentIds: [fileId] }
    const { json: ticket } = await create(given)
    expect(await takeBack(ticket.id)).toBe(200)
    expect((await create(given)).status).toBe(201)
  })

  it('begins with a note that they do not see', async () => {
    const { json: ticket } = await create({ requesterId: amina.id, firstMessage: 'note', description: 'She called and was angry.' })
    const { items } = await (await moderator.request('GET', `/ticket/${ticket.id}/comments`)).json()
    expect(items).toMatchObject([{ kind: 'note', author: { id: moderator.id } }])
    expect(JSON.stringify(ticket)).not.toContain('angry')
  })

  it('is not taken back once somebody has worked on it', async () => {
    await setUndoWindow(tenant, 60)
    const { json: ticket } = await create({ requesterId: amina.id, acknowledge: true })
    const colleague = await makePerson(tenant, 'moderator')
    await colleague.request('POST', `/ticket/${ticket.id}/comments`, { body: 'I know them.', isInternal: true })
    expect(await takeBack(ticket.id)).toBe(409)
  })

  it('is not taken back once its requester has written on it by mail', async () => {
    await setUndoWindow(tenant, 60)
    const { json: ticket } = await create({ requesterId: amina.id, firstMessage: 'mail' })
    const raw = `From: ${amina.email}\r\nTo: support@${mailHostOf(tenant.ref)}\r\nSubject: Re: [${ticket.number}]\r\nMessage-ID: <again@example.com>\r\n\r\nWait.`
    await receiveMail(tenant, { provider: 'test', recipient: `support@${mailHostOf(tenant.ref)}`, raw: Buffer.from(raw) }, 'incoming')
    await drainBackground()
    expect((await (await moderator.request('GET', `/ticket/${ticket.id}/comments`)).json()).items).toHaveLength(2)
    expect(await takeBack(ticket.id)).toBe(409)
  })

  it('is not written to nobody, nor to an address whose mail comes back to the team', async () => {
    const requester = { name: 'Support', email: `support@${mailHostOf(tenant.ref)}` }
    expect((await create({ requester, firstMessage: 'mail' })).json.fields).toHaveProperty('requester')
    const silent = await inWork(tenant, ({ tx }) => tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name: 'Silent' } }))
    expect((await create({ requesterId: silent.id, firstMessage: 'mail' })).json.fields).toHaveProperty('requester')
  })

  it('is assigned to staff only, and customers choose neither', async () => {
    const customer = await makePerson(tenant, 'customer')
    expect((await create({ requesterId: amina.id, assigneeId: customer.id })).status).toBe(422)
    expect((await create({ requesterId: amina.id }, customer)).status).toBe(403)
    expect((await create({ assigneeId: moderator.id }, customer)).status).toBe(403)
    expect((await create({ firstMessage: 'note' }, customer)).status).toBe(403)
  })
})
