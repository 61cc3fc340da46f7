import { AsyncLocalStorage } from 'node:async_hooks'
import { hash as argon2 } from '@node-rs/argon2'
import { call } from '@orpc/server'
import type { Actor, SystemActor } from '../actor/actor'
import { sealSession, sessionCookieName } from '../actor/cookies'
import type { RoleName } from '../actor/permissions'
import { findOrCreateContact } from '../contacts/record'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withPlatform, withTenant } from '../db/scope'
import { eventBuffer } from '../events/emit'
import { wakeRelay } from '../events/wake'
import type { Work } from '../events/work'
import { openWorkspace } from '../platform/provisioning'
import { internalCaller } from '../procedure/caller'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { createTicket } from '../tickets/conversation/commands/create'
import { handleRest } from '../wiring/rest'
import '../wiring/wire'

export const system: SystemActor = { kind: 'system', name: 'test' }
export const testPassword = 'correct horse battery'
let passwordHash: Promise<string> | undefined
/** A hash is verified at the cost that it was made with: tests try hundreds of passwords. */
const cheap = { algorithm: 2, memoryCost: 64, timeCost: 1, parallelism: 1 } as const
let counter = 0

/** Runs `body` as one unit of work of the tenant, its events written. */
export const inWork = <T>(tenant: ResolvedTenant, body: (work: Work) => Promise<T>, actor: Actor = system): Promise<T> =>
  withTenant(tenant.ref, async (tx) => {
    const now = new Date()
    const events = eventBuffer({ tx, tenant, actor, now, requestId: newId(), address: null })
    const result = await body({ tenant, actor, tx, now, emit: events.emit, flush: events.flush })
    await events.write()
    return result
  })

/** A workspace with its default departments and no people. Nothing waits to be undone there, unless `setUndoWindow` says so. */
export async function makeTenant(slug = `desk-${++counter}`): Promise<ResolvedTenant> {
  await withPlatform((tx) => tx.tenant.create({ data: { id: newId(), slug, name: `Desk ${slug}` } }))
  const tenant = (await findTenant({ slug })) as ResolvedTenant
  await inWork(tenant, (work) => openWorkspace(work, 'UTC'))
  await setUndoWindow(tenant, 0)
  return tenant
}

/** For how many seconds what is sent out waits for its act to be undone. */
export const setUndoWindow = (tenant: ResolvedTenant, undoSeconds: number, bulkUndoSeconds = undoSeconds) =>
  inWork(tenant, ({ tx }) => tx.workspace.update({ where: { tenantId: tenant.ref.id }, data: { undoSeconds, bulkUndoSeconds } }))

/** Lets the window of all that was done pass at once, and waits until what it held is delivered. */
export async function passUndoWindow(tenant: ResolvedTenant) {
  await inWork(
    tenant,
    ({ tx }) => tx.$executeRaw`
      UPDATE event_delivery SET leaves_at = now(), due_at = now() WHERE tenant_id = ${tenant.ref.id}::uuid AND due_at = leaves_at AND status = 'pending'`,
  )
  wakeRelay(tenant.ref)
  await drainBackground()
}

export interface TestPerson {
  id: string
  email: string
  name: string
  role: RoleName
  sessionId: string
  /** Sends a request to the workspace's REST API as this person's browser. */
  request: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  cookie: string
}

/** Someone signed in; staff are members of the default department. */
export async function makePerson(
  tenant: ResolvedTenant,
  role: RoleName,
  given: { email?: string; customRoleId?: string } = {},
): Promise<TestPerson> {
  passwordHash ??= argon2(testPassword, cheap)
  const tenantId = tenant.ref.id
  const id = newId()
  const sessionId = newId()
  const email = given.email ?? `${role}${++counter}@${tenant.ref.slug}.test`
  const name = `${role} ${counter}`
  const hash = await passwordHash
  await inWork(tenant, async ({ tx, now }) => {
    const customRoleId = given.customRoleId ?? null
    await tx.person.create({ data: { tenantId, id, email, name, role, customRoleId, passwordHash: hash, emailVerifiedAt: now } })
    if (role !== 'customer') {
      const department = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
      await tx.departmentMember.create({ data: { tenantId, departmentId: department.id, personId: id } })
    }
    await tx.session.create({
      data: { tenantId, id: sessionId, personId: id, kind: 'browser', expiresAt: new Date(now.getTime() + 3600_000) },
    })
  })
  const cookie = `${sessionCookieName(tenant.ref.slug, false)}=${await sealSession({ sid: sessionId, tid: tenantId })}`
  const request: TestPerson['request'] = (method, path, body, headers = {}) => send(tenant, method, path, body, { cookie, ...headers })
  return { id, email, name, role, sessionId, request, cookie }
}

export const hostOf = (tenant: ResolvedTenant) => `${tenant.ref.slug}.localhost`

const here = new AsyncLocalStorage<true>()
/** Within `work` requests go to the handler itself: a unit of work that is open there is open for them. */
export const sendFromHere = <T>(work: () => Promise<T>): Promise<T> => here.run(true, work)

let door = handleRest
/** Where requests go: to the handler itself, unless told otherwise. */
export const sendThrough = (other = handleRest) => {
  door = other
}

/** A request to a workspace's REST API, without any credential unless given one. */
export function send(
  on: ResolvedTenant | string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const host = typeof on === 'string' ? on : hostOf(on)
  const isForm = body instanceof FormData
  return (here.getStore() ? handleRest : door)(
    new Request(`http://${host}/api/v1${path}`, {
      method,
      headers: { host, ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined || isForm || typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
}

/** A ticket as if it had come in on the portal. */
export const makeTicket = async (
  tenant: ResolvedTenant,
  given: { title?: string; email?: string; name?: string; departmentId?: string } = {},
) =>
  call(
    createTicket,
    {
      title: given.title ?? `Ticket ${++counter}`,
      description: 'It does not work.',
      requester: { email: given.email ?? `asker${++counter}@example.com`, name: given.name ?? 'Asker' },
      departmentId: given.departmentId,
    },
    { context: { caller: internalCaller({ tenant, actor: system }) } },
  )

export const makeContact = (tenant: ResolvedTenant, email: string) =>
  inWork(tenant, (work) => findOrCreateContact(work, { email, name: email }))

/** What happened to something, the first first: the type of each event and what it says. */
export const eventsOf = (tenant: ResolvedTenant, subjectId: string) =>
  inWork(tenant, ({ tx }) => tx.event.findMany({ where: { subjectId }, orderBy: { n: 'asc' }, select: { type: true, payload: true } }))
