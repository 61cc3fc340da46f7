import sharp from 'sharp'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { withPlatform, withTenant } from '../../db/scope'
import { removeLeftFiles } from '../../files/attachments'
import { guestFiles } from '../../files/schema'
import { fileStorage } from '../../files/storage'
import { runJob } from '../../jobs/run'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { hostOf, inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { handleRest } from '../../wiring/rest'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
beforeEach(async () => {
  forgetRateLimits()
  tenant = await makeTenant()
  agent = await makePerson(tenant, 'agent')
})

let png: Buffer
beforeAll(async () => {
  png = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
})
const pdf = Buffer.from('%PDF-1.4\n%%EOF')
const file = (name: string, type: string, bytes: Uint8Array = Buffer.from('Notes.')) =>
  new File([bytes as Uint8Array<ArrayBuffer>], name, { type })

const submit = async (...files: File[]) => {
  const body = new FormData()
  for (const [name, value] of Object.entries({ name: 'Ada', email: 'ada@example.com', title: 'A lamp', description: 'It is dark.' }))
    body.set(name, value)
  for (const [n, each] of files.entries()) body.append(`files[${n}]`, each)
  const response = await handleRest(
    new Request(`http://${hostOf(tenant)}/api/v1/public/tickets`, { method: 'POST', headers: { host: hostOf(tenant) }, body }),
  )
  return { status: response.status, body: await response.json() }
}
const submitted = async (...files: File[]): Promise<string> => {
  const { status, body } = await submit(...files)
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}
const filesOn = async (ticketId: string, who = agent) =>
  (await (await who.request('GET', `/ticket/${ticketId}/attachments`)).json()).items as {
    id: string
    name: string
    contentType: string
    size: number
    hasThumbnail: boolean
    quarantinedAt: string | null
  }[]
const opens = async (id: string, who = agent) => (await who.request('GET', `/files/${id}`)).status
const act = async (who: TestPerson, method: string, path: string, body?: object) => {
  const response = await who.request(method, path, body)
  expect(response.status, await response.clone().text()).toBeLessThan(300)
}
const versionOf = async (id: string) => (await (await agent.request('GET', `/ticket/${id}`)).json()).version as number
const runWaiting = async (name: string) => {
  await drainBackground()
  const where = { tenantId: tenant.ref.id, name, status: 'queued' as const }
  for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
  await drainBackground()
}
const count = () => withTenant(tenant.ref, (tx) => tx.attachment.count())

describe('files of somebody who is not signed in', () => {
  it('are shown by name, size and type, and opened by nobody: not by staff, an owner, nor who asked', async () => {
    const id = await submitted(file('lamp.png', 'image/png', png))
    await drainBackground()
    const [waiting] = await filesOn(id)
    expect(waiting).toMatchObject({ name: 'lamp.png', contentType: 'image/png', size: png.length, hasThumbnail: false })
    expect(waiting?.quarantinedAt).not.toBeNull()
    const asker = await makePerson(tenant, 'customer', { email: 'ada@example.com' })
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { name: 'Ada' }, data: { personId: asker.id } }))
    for (const who of [agent, await makePerson(tenant, 'owner'), asker]) {
      expect(await opens(waiting?.id as string, who)).toBe(403)
      expect((await who.request('GET', `/files/${waiting?.id}/thumbnail`)).status).toBe(403)
    }
    expect((await send(tenant, 'GET', `/files/${waiting?.id}`)).status).toBe(401)
    const page = await (await agent.request('GET', `/ticket/${id}/comments`)).json()
    expect(page.items[0].attachments[0].quarantinedAt).not.toBeNull()
  })

  it.each([
    ['replies', (id: string) => act(agent, 'POST', `/ticket/${id}/comments`, { body: 'We look into it.' })],
    [
      'assigns it',
      async (id: string) => act(agent, 'POST', `/ticket/${id}/assign`, { assigneeId: agent.id, version: await versionOf(id) }),
    ],
    ['accepts them', (id: string) => act(agent, 'POST', `/ticket/${id}/files/accept`)],
  ])('can be opened once someone of the staff %s, and get their small picture then', async (_, accept) => {
    const id = await submitted(file('lamp.png', 'image/png', png))
    const [{ id: fileId = '' } = {}] = await filesOn(id)
    expect(await opens(fileId)).toBe(403)
    await runWaiting('files.thumbnail')
    expect((await filesOn(id))[0]?.hasThumbnail).toBe(false)
    await accept(id)
    await drainBackground()
    await runWaiting('files.thumbnail')
    expect(await opens(fileId)).toBe(200)
    expect(await filesOn(id)).toMatchObject([{ quarantinedAt: null, hasThumbnail: true }])
  })

  it('wait on while nobody has looked: a note, a priority, a person whom the ticket was routed to', async () => {
    await inWork(tenant, ({ tx }) => tx.department.updateMany({ data: { routing: 'round_robin' } }))
    const id = await submitted(file('lamp.png', 'image/png', png))
    await drainBackground()
    expect((await (await agent.request('GET', `/ticket/${id}`)).json()).assignee).toMatchObject({ id: agent.id })
    await act(agent, 'POST', `/ticket/${id}/comments`, { body: 'Odd.', isInternal: true })
    await act(agent, 'PUT', `/ticket/${id}/priority`, { priority: 'high', version: await versionOf(id) })
    expect(await opens((await filesOn(id))[0]?.id as string)).toBe(403)
  })

  it('wait on the ticket that their message was split into', async () => {
    const id = await submitted(file('lamp.png', 'image/png', png))
    const { items } = await (await agent.request('GET', `/ticket/${id}/comments`)).json()
    await inWork(tenant, ({ tx }) => tx.ticketMessage.updateMany({ data: { kind: 'reply' } }))
    const split = await agent.request('POST', `/ticket/${id}/comments/${items[0].id}/split`, {
      title: 'Apart',
    })
    const made = await split.json()
    expect(split.status, JSON.stringify(made)).toBeLessThan(300)
    const [copy] = await filesOn(made.id)
    expect(await opens(copy?.id as string)).toBe(403)
  })

  it('are audited when they are accepted, and by whom', async () => {
    const owner = await makePerson(tenant, 'owner')
    const id = await submitted(file('lamp.png', 'image/png', png))
    await act(agent, 'POST', `/ticket/${id}/files/accept`)
    const { items } = await (await owner.request('GET', '/audit')).json()
    expect(items.find(({ type }: { type: string }) => type === 'ticket.files_accepted')).toMatchObject({
      actor: { name: agent.name },
      payload: { files: 1 },
    })
    const customer = await makePerson(tenant, 'customer')
    expect((await customer.request('POST', `/ticket/${id}/files/accept`)).status).toBe(403)
  })

  it('are removed with their bytes a month after their ticket was rejected or deleted, and not before', async () => {
    const [rejected, deleted, open] = [
      await submitted(file('a.png', 'image/png', png)),
      await submitted(file('b.png', 'image/png', png)),
      await submitted(file('c.png', 'image/png', png)),
    ]
    const accepted = await submitted(file('d.png', 'image/png', png))
    await act(agent, 'POST', `/ticket/${accepted}/files/accept`)
    const rows = await withTenant(tenant.ref, (tx) => tx.attachment.findMany({ orderBy: { name: 'asc' } }))
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: { in: [rejected, accepted] } }, data: { status: 'rejected' } }))
    await act(await makePerson(tenant, 'owner'), 'DELETE', `/ticket/${deleted}`, { version: await versionOf(deleted) })
    const day = 86_400_000
    await removeLeftFiles(tenant.ref, Date.now() + 29 * day)
    expect(await count()).toBe(4)
    await removeLeftFiles(tenant.ref, Date.now() + 31 * day)
    expect((await withTenant(tenant.ref, (tx) => tx.attachment.findMany({ orderBy: { name: 'asc' } }))).map(({ name }) => name)).toEqual([
      'c.png',
      'd.png',
    ])
    const bytes = rows.map(({ id }) => fileStorage().get(`${tenant.ref.id}/${id.slice(-2)}/${id}`))
    expect((await Promise.all(bytes)).map((found) => found !== null)).toEqual([false, false, true, true])
    expect((await filesOn(open))[0]?.quarantinedAt).not.toBeNull()
  })

  it('are refused when their ending, their declared type and their bytes do not agree, and nothing is left behind', async () => {
    const exe = Buffer.from(`MZ${'\0'.repeat(200)}`)
    const refused = [
      file('lamp.png', 'image/png', pdf),
      file('lamp.pdf', 'application/pdf', png),
      file('lamp.png', 'application/pdf', png),
      file('lamp.txt', 'text/plain', png),
      file('lamp.txt', 'text/html'),
      file('lamp.txt', 'text/plain', Buffer.from([0x41, 0, 0x42])),
      file('lamp.txt', 'text/plain', Buffer.from([0xff, 0xfe, 0xfd])),
      file('lamp.pdf', 'application/pdf', exe),
      file('page.html', 'text/html', Buffer.from('<script>alert(1)</script>')),
      file('picture.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
      file('setup.exe', 'application/octet-stream', exe),
      file('none', 'text/plain'),
    ]
    for (const each of refused) {
      forgetRateLimits()
      const { status, body } = await submit(each)
      expect(status, each.name).toBe(422)
      expect(body.fields.files[0], each.name).toContain(each.name)
    }
    expect(await count()).toBe(0)
    expect(await withTenant(tenant.ref, (tx) => tx.ticket.count())).toBe(0)
    for (const each of [
      file('a.txt', 'text/plain'),
      file('b.PNG', 'image/png', png),
      file('c.pdf', 'application/pdf', pdf),
      file('d.png', '', png),
    ])
      await submitted(each)
  })

  it('are few: five of them, 25 MB together, twenty from one address in ten minutes', async () => {
    const note = () => file('note.txt', 'text/plain')
    const many = await submit(...Array.from({ length: guestFiles.count + 1 }, note))
    expect(many).toMatchObject({ status: 422, body: { fields: { files: [expect.stringContaining('5')] } } })
    forgetRateLimits()
    for (let n = 0; n < guestFiles.perAddress / guestFiles.count; n++) await submitted(...Array.from({ length: guestFiles.count }, note))
    expect((await submit(...Array.from({ length: guestFiles.count }, note))).status).toBe(429)
    expect((await submit()).status).toBe(201)
  })
})
