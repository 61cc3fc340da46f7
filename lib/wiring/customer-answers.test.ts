import { type AnyProcedure, call } from '@orpc/server'
import Pusher from 'pusher'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { rolePermissions } from '../actor/permissions'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { priorities } from '../directory/schema'
import { internalCaller } from '../procedure/caller'
import type { ProcedureMeta } from '../procedure/context'
import { forgetRateLimits } from '../procedure/rate-limit'
import { channels } from '../realtime/schema'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, makePerson, makeTenant, system, type TestPerson } from '../testing/factories'
import { metrics } from '../tickets/ticket/schema'
import { ticketStatuses } from '../tickets/ticket/workflow'
import { sorts, viewNames } from '../tickets/views/schema'
import { digestOf } from './representation'
import { handleRest } from './rest'
import { router } from './router'

/**
 * Two customers ask the same and get the same answers. Among themselves staff do everything there is to do to the
 * requests of the one. Whatever the customers then ask, with every procedure that a customer may call, the two get the
 * same answers to the byte. A new procedure is in here without anyone adding it.
 */
interface Target {
  name: string
  method: string
  path: string
  meta: ProcedureMeta
  input: z.ZodType | undefined
}

function targetsOf(node: object, path: string[] = []): Target[] {
  const procedure = node as AnyProcedure
  if (!('~orpc' in procedure)) return Object.entries(node).flatMap(([key, child]) => targetsOf(child as object, [...path, key]))
  const { route, meta, inputSchema } = procedure['~orpc']
  const target = { name: path.join('.'), method: route.method ?? 'POST', path: route.path ?? '', input: inputSchema as z.ZodType }
  return [{ ...target, meta: meta as ProcedureMeta }]
}

const customerMay = ({ meta: { audience, permission } }: Target) =>
  audience === 'public' ||
  (audience === 'customer' && (permission === 'signed-in' || (rolePermissions.customer as readonly unknown[]).includes(permission)))
/** These end the session that asks, or are about no workspace. */
const isElsewhere = ({ name, method }: Target) => name.startsWith('platform.') || (/^(auth|account)\./.test(name) && method !== 'GET')

const targets = targetsOf(router).filter((target) => customerMay(target) && !isElsewhere(target))
const reads = targets.filter(({ name, method }) => method === 'GET' || name.startsWith('realtime.'))
const writes = targets.filter((target) => !reads.includes(target))

/**
 * A ledger accounts for every minute of a clock, those of a hold too; an archived ticket has none. Whoever may see the
 * ticket may see it.
 */
const tellsOfClocks = ['sla.ledger', 'sla.exportLedger']

interface World {
  customer: TestPerson
  /** One that was answered, one that is worked on and one that waits; the last two have an answer promised. */
  ticketId: string
  otherId: string
  waitingId: string
  messageId: string
  fileId: string
  /** What staff made; where they made nothing, ids of nothing. */
  noteId: string
  innerFileId: string
}

const requestsOf = ({ ticketId, otherId, waitingId }: World) => [ticketId, otherId, waitingId]

const sent: { channel: string; data: unknown }[] = []
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 2, 9) })
  vi.spyOn(Pusher.prototype, 'triggerBatch').mockImplementation(async (batch) => {
    sent.push(...(batch as typeof sent))
    return new Response() as never
  })
  vi.spyOn(Pusher.prototype, 'get').mockResolvedValue(null as never)
})
afterAll(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let colleague: TestPerson
let calm: World
let busy: World

/** Minutes after the first. */
const to = (minutes: number) => void vi.setSystemTime(Date.UTC(2026, 2, 2, 9, minutes))

async function done<T = { id: string }>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, `${response.url} ${await response.clone().text()}`).toBeLessThan(300)
  return (await response.json()) as T
}

const upload = (who: TestPerson, name: string) => {
  const form = new FormData()
  form.append('file', new File(['some text'], name, { type: 'text/plain' }))
  const host = hostOf(tenant)
  return done(handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: who.cookie }, body: form })))
}

/** A change by staff, at the version they see. */
async function change(id: string, method: string, path: string, body: object) {
  const { version } = await done<{ version: number }>(owner.request('GET', `/ticket/${id}`))
  return done(owner.request(method, `/ticket/${id}${path}`, { ...body, version }))
}

async function makeWorld(): Promise<World> {
  to(0)
  const customer = await makePerson(tenant, 'customer')
  const ask = (title: string) =>
    done(customer.request('POST', '/ticket', { title, description: 'It does not work.', fields: { colour: 'red' } }))
  const { id: ticketId } = await ask('Printer')
  to(1)
  const { id: otherId } = await ask('Scanner')
  const { id: waitingId } = await ask('Plotter')
  to(2)
  const { id: fileId } = await upload(customer, 'photo.txt')
  const { id: messageId } = await done(customer.request('POST', `/ticket/${ticketId}/comments`, { body: 'See', attachmentIds: [fileId] }))
  to(3)
  for (const id of [ticketId, otherId]) {
    await change(id, 'PUT', '/status', { status: 'in_progress' })
    await drainBackground() // which of two tickets is told of first is not promised
  }
  to(4)
  await done(owner.request('POST', `/ticket/${ticketId}/comments`, { body: 'We look into it.' }))
  return { customer, ticketId, otherId, waitingId, messageId, fileId, noteId: newId(), innerFileId: newId() }
}

beforeAll(async () => {
  tenant = await makeTenant('answers')
  owner = await makePerson(tenant, 'owner')
  colleague = await makePerson(tenant, 'agent')
  await done(owner.request('POST', '/fields', { key: 'colour', name: 'Colour', kind: 'text', isPublic: true }))
  await done(owner.request('POST', '/fields', { key: 'margin', name: 'Margin', kind: 'text', isPublic: false }))
  await promise()
  calm = await makeWorld()
  busy = await makeWorld()
  await drainBackground()
  sent.length = 0
  to(20)
  await workAmongThemselves(busy)
  await drainBackground()
  to(30)
})

/** Times for every ticket, which a hold stops. */
async function promise() {
  const schedule = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]]))
  const context = { caller: internalCaller({ tenant, actor: system }) }
  const hours = { name: 'Always', timezone: 'UTC', schedule, holidays: [] } as never
  const { id: calendarId } = await call(router.calendars.create, hours, { context })
  const targets = metrics.flatMap((metric) =>
    priorities.map((priority) => ({ metric, priority, amount: 480, unit: 'minutes' as const, calendarId })),
  )
  await call(router.sla.create, { name: 'Standard', targets }, { context })
}

/** All that staff do that is not for customers, to both requests. */
async function workAmongThemselves(world: World) {
  for (const id of requestsOf(world)) {
    world.innerFileId = (await upload(owner, 'costs.txt')).id
    const note = { bodyHtml: `<p>Between us</p>`, isInternal: true, attachmentIds: [world.innerFileId] }
    world.noteId = (await done(owner.request('POST', `/ticket/${id}/comments`, note))).id
    await done(owner.request('PATCH', `/ticket/${id}/comments/${world.noteId}`, { body: 'Between us, again' }))
    await change(id, 'PUT', '/tags', { tags: ['vip', 'refund'] })
    await change(id, 'PATCH', '', { type: 'incident', dueAt: '2026-05-01T00:00:00Z' })
    await change(id, 'PUT', '/fields', { fields: { margin: '12' } })
    await done(owner.request('PUT', `/ticket/${id}/watchers/${colleague.id}`))
    await done(owner.request('POST', `/ticket/${id}/read`))
    await done(owner.request('PUT', `/ticket/${id}/drafts/reply`, { bodyHtml: '<p>Perhaps</p>' }))
    await done(owner.request('PUT', `/ticket/${id}/drafts/note`, { bodyHtml: '<p>Perhaps not</p>' }))
  }
  for (const mark of ['like', 'flag'])
    await done(owner.request('PUT', `/ticket/${world.ticketId}/comments/${world.messageId}/marks/${mark}`, { isOn: true }))
  const { id: elsewhere } = await done(owner.request('POST', '/ticket', { title: 'Elsewhere', description: 'x' }))
  await done(owner.request('POST', `/ticket/${world.ticketId}/links`, { other: elsewhere, kind: 'relates' }))
  const bulk = { ids: requestsOf(world), change: { kind: 'tags', add: ['bulk'], remove: [] } }
  await done(owner.request('POST', '/ticket/bulk', bulk))
}

interface Json {
  type?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Json[]
  properties?: Record<string, Json>
  required?: string[]
  items?: Json
  minItems?: number
  minimum?: number
}

/** Something a schema accepts, about one of a world's things. */
function fill(schema: Json, world: World, id: string, name = ''): unknown {
  if (name === 'socketId') return '1.2'
  if (name === 'channel') return channels.request(id)
  if (name === 'channels')
    return [channels.request(id), channels.ticket(id), channels.desk(tenant.ref.id), channels.user(world.customer.id)]
  if (name === 'email') return world.customer.email
  if (schema.format === 'uuid' || /(^id$|Id$)/.test(name)) return id
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return fill(schema.anyOf[0] as Json, world, id, name)
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([key]) => schema.required?.includes(key) || key === 'body' || key === 'description')
        .map(([key, field]) => [key, fill(field, world, id, key)]),
    )
  if (schema.type === 'object') return {}
  if (schema.type === 'array') return schema.minItems ? [fill(schema.items ?? {}, world, id, name)] : []
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return false
  return 'a long enough text'
}

/** What else can be asked than what has to be. */
const further: Record<string, string[]> = {
  'tickets.list': [
    'limit=1',
    ...sorts.map((sort) => `sort=${sort}`),
    ...viewNames.map((view) => `view=${view}`),
    ...ticketStatuses.map((status) => `status=${status}`),
    'tag=vip',
    ...['updated:<2026-03-02T09:10:00Z', 'is:unread', 'is:archived', 'sla:paused', 'tag:vip'].map((q) => `q=${encodeURIComponent(q)}`),
    // Words of what staff write, whole, begun and with a slip, and where they are looked for.
    ...[
      'between',
      'betw',
      'beetwen',
      'costs',
      'cotss',
      'refund',
      'refnud',
      'elsewhere',
      '"between us"',
      '-between',
      'betwene OR prniter',
    ].map((q) => `q=${encodeURIComponent(q)}`),
    ...['title:between', 'note:between', 'requester:between', 'status:in_progress beetwen', 'number:1..9 between'].map(
      (q) => `q=${encodeURIComponent(q)}`,
    ),
    ...sorts.map((sort) => `q=prniter&sort=${sort}`),
    'q=prniter&limit=1',
    'q=between&offset=1',
  ],
  'tickets.listOwn': ['limit=1'],
}

async function ask(world: World, { method, path, input }: Target, id: string, query = ''): Promise<string> {
  const schema = input && (z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json)
  const body = ((schema && fill(schema, world, id)) ?? {}) as Record<string, unknown>
  const { version } = (await (await world.customer.request('GET', `/ticket/${world.ticketId}`)).json()) as { version: number }
  if ('version' in body) body.version = version
  const address = path.replace(/\{(\w+)\}/g, (_, key) => {
    delete body[key]
    return id
  })
  const response =
    method === 'GET'
      ? await world.customer.request('GET', `${address}${query && `?${query}`}`)
      : await world.customer.request(method, address, body)
  return written(world, response)
}

const idPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** An answer without what differs because it is another's: ids and numbers by the order in which they come, and who asks. */
async function written(world: World, response: Response): Promise<string> {
  const head = ['content-type', 'content-disposition', 'etag', 'link'].map((name) => `${name}: ${response.headers.get(name)}`)
  const body = await response.text()
  // A tag says nothing that the answer does not say: its digest is the answer's own.
  const text = [response.status, ...head, body].join('\n').replace(`.${digestOf(body)}"`, '.<digest>"')
  return alike(world, text)
}

function alike({ customer }: World, text: string): string {
  const names = new Map<string, string>()
  const nameOf = (kind: string) => (found: string) => {
    if (!names.has(found)) names.set(found, `<${kind} ${names.size}>`)
    return names.get(found) as string
  }
  return text
    .replaceAll(customer.email, '<email>')
    .replaceAll(customer.name, '<name>')
    .replace(/"(firstName|lastName)":"[^"]+"/g, '"$1":"<name>"')
    .replace(/"(nextCursor|cursor)":"([\w-]+)"/g, (_, key, place) => `"${key}":${Buffer.from(place, 'base64url').toString('utf8')}`)
    .replace(/"(auth|key)":"[^"]+"/g, '"$1":"<proof>"')
    .replace(idPattern, nameOf('id'))
    .replace(/\bANS\w*-\d+/g, nameOf('number'))
}

async function expectAlike(target: Target, pick: (world: World) => string, query = '') {
  const [one, other] = [await ask(calm, target, pick(calm), query), await ask(busy, target, pick(busy), query)]
  expect(other, `${target.name} ${query}`).toBe(one)
  return one
}

/** What was sent on channels that a customer may join. */
const heard = (world: World) => {
  const own = [channels.user(world.customer.id), ...requestsOf(world).map(channels.request)]
  return sent.filter(({ channel }) => own.includes(channel))
}

const things = ['ticketId', 'otherId', 'waitingId', 'messageId', 'fileId', 'noteId', 'innerFileId'] as const

async function expectReadsAlike(targets: Target[]) {
  for (const target of targets) {
    const isAboutOne = /\{\w+\}/.test(target.path) || target.name.startsWith('realtime.')
    for (const thing of isAboutOne ? things : (['ticketId'] as const)) await expectAlike(target, (world) => world[thing])
    for (const query of further[target.name] ?? []) await expectAlike(target, ({ ticketId }) => ticketId, query)
  }
}

describe(`what staff do among themselves does not show in ${targets.length} procedures`, () => {
  beforeEach(forgetRateLimits)

  it('which answer something', async () => {
    const ticket = await ask(calm, targets.find(({ name }) => name === 'tickets.get') as Target, calm.ticketId)
    expect(ticket).toMatch(/^200/)
    expect(ticket).toContain('"fields":{"colour":"red"}')
    expect(await ask(calm, targets.find(({ name }) => name === 'tickets.get') as Target, calm.waitingId)).toContain('"answerBy":"2026')
    expect(await ask(calm, targets.find(({ name }) => name === 'tickets.listOwn') as Target, calm.ticketId)).toContain('Scanner')
    expect(reads.length).toBeGreaterThan(15)
  })

  it.each(reads)('$name', async (target) => expectReadsAlike([target]))

  it('nor on any channel they hear', () => {
    expect(sent.some(({ channel }) => channel === channels.ticket(busy.ticketId))).toBe(true)
    expect(heard(busy)).toEqual([])
  })

  it('nor do a hold and the archive, but in the ledger', async () => {
    for (const id of [busy.ticketId, busy.otherId]) {
      await change(id, 'PUT', '/status', { status: 'hold', reason: 'waits for the supplier' })
      await change(id, 'PUT', '/archive', { isArchived: true })
    }
    await drainBackground()
    to(40)
    expect(heard(busy)).toEqual([])
    await expectReadsAlike(reads.filter(({ name }) => !tellsOfClocks.includes(name)))
  })

  it('nor in how a change at an old version is refused', async () => {
    const refused = async (world: World) => {
      const answer = await world.customer.request('POST', `/ticket/${world.ticketId}/close`, { version: 1 })
      expect(answer.status).toBe(409)
      return written(world, answer)
    }
    expect(await refused(busy)).toBe(await refused(calm))
  })

  it.each(writes)('$name', async (target) => {
    const isAboutOne = /\{\w+\}/.test(target.path)
    for (const thing of isAboutOne ? things : (['ticketId'] as const)) await expectAlike(target, (world) => world[thing])
  })

  it('nor in anything that is read when all that was done', async () => {
    await drainBackground()
    await expectReadsAlike(reads.filter(({ name }) => !tellsOfClocks.includes(name)))
  })
})
