import type { AnyProcedure } from '@orpc/server'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { hashSecret, newSecret } from '../actor/hash'
import { requestLinkScopes, rolePermissions } from '../actor/permissions'
import { newId } from '../core/id'
import { withPlatform } from '../db/scope'
import { apiTokenPrefix } from '../procedure/authenticate'
import type { ProcedureMeta } from '../procedure/context'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'
import { router } from './router'

/**
 * Drives every procedure of the router through the REST API as people who may
 * not use it. A new procedure is in here without anyone adding it.
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
  if ('~orpc' in procedure) {
    const { route, meta, inputSchema } = procedure['~orpc']
    return [
      {
        name: path.join('.'),
        method: route.method ?? 'POST',
        path: route.path ?? '',
        meta: meta as ProcedureMeta,
        input: inputSchema as z.ZodType,
      },
    ]
  }
  return Object.entries(node).flatMap(([key, child]) => targetsOf(child as object, [...path, key]))
}

const targets = targetsOf(router)
const isTenants = ({ meta }: Target) => meta.audience !== 'platform'
const isOpen = ({ meta }: Target) => meta.audience === 'public'
const customerMay = ({ meta }: Target) =>
  meta.audience === 'public' ||
  (meta.audience === 'customer' &&
    (meta.permission === 'signed-in' || (rolePermissions.customer as readonly unknown[]).includes(meta.permission)))

const guestMay = ({ meta }: Target) =>
  meta.audience === 'public' || (meta.audience === 'customer' && (requestLinkScopes as readonly unknown[]).includes(meta.permission))

openTestDatabase()

let here: ResolvedTenant
let there: ResolvedTenant
let customer: TestPerson
let guest: TestPerson
/** Ids of the other tenant, by the kind of thing a path may name. */
let foreign: string[]

beforeAll(async () => {
  here = await makeTenant('here')
  there = await makeTenant('there')
  customer = await makePerson(here, 'customer')
  guest = await makePerson(here, 'customer')
  const { id: ticketId } = await makeTicket(here, { email: guest.email })
  await inWork(here, ({ tx }) => tx.session.updateMany({ where: { id: guest.sessionId }, data: { ticketId } }))
  const victim = await makePerson(there, 'agent')
  const ticket = await makeTicket(there)
  foreign = await inWork(there, async ({ tx }) => {
    const tenantId = there.ref.id
    const role = await tx.role.create({ data: { tenantId, id: newId(), name: 'Auditor', permissions: ['audit.view'] } })
    const department = await tx.department.findFirstOrThrow({ where: { tenantId } })
    const token = await tx.apiToken.create({
      data: { tenantId, id: newId(), personId: victim.id, name: 't', prefix: 'p', hash: 'h', scopes: [] },
    })
    const grant = await tx.grant.create({
      data: { tenantId, id: newId(), personId: victim.id, permission: 'ticket.view', objectType: 'ticket', objectId: ticket.id },
    })
    return [ticket.id, ticket.requester.id, victim.id, victim.sessionId, role.id, department.id, token.id, grant.id, tenantId]
  })
  const domain = await withPlatform((tx) =>
    tx.domain.create({ data: { id: newId(), tenantId: there.ref.id, hostname: 'help.there.example', token: 'x' } }),
  )
  foreign.push(domain.id)
})

/** A fresh owner each time: some procedures end the session that calls them. */
const owner = () => makePerson(here, 'owner')

/** Something the schema accepts, with `id` wherever an id is asked for. */
function sample(schema: z.ZodType | undefined, id: string): unknown {
  if (!schema) return undefined
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return fill(json as Json, id, '')
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
  pattern?: string
  minLength?: number
}

const byName: Record<string, unknown> = {
  email: 'attacker@example.com',
  hostname: 'attack.example.com',
  slug: 'attacker',
  timeZone: 'UTC',
  timezone: 'UTC',
  schedule: { mon: [['09:00', '17:00']] },
  locale: 'en',
  permission: 'ticket.view',
  objectType: 'ticket',
  refreshToken: 'x'.repeat(43),
  token: 'x'.repeat(43),
  accent: '#112233',
  ticketPrefix: 'ATT',
  status: 'resolved',
  priority: 'high',
  // A ticket by its number, as people write it: there is none such.
  into: '999999',
}

function fill(schema: Json, id: string, name: string): unknown {
  // Two of a kind are never the same one.
  if (name === 'fromId') return newId()
  if (schema.format === 'uuid' || /(^id$|Id$)/.test(name)) return id
  if (name in byName) return byName[name]
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return fill(schema.anyOf[0] as Json, id, name)
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([key]) => schema.required?.includes(key) || /Ids?$/.test(key))
        .map(([key, field]) => [key, fill(field, id, key)]),
    )
  if (schema.type === 'object') return {}
  if (schema.type === 'array') return schema.minItems ? [fill(schema.items ?? {}, id, name)] : []
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  return 'a long enough text'
}

async function attack(
  target: Target,
  as: (method: string, path: string, body?: unknown) => Promise<Response>,
  id: string,
): Promise<Response> {
  const input = (sample(target.input, id) ?? {}) as Record<string, unknown>
  const path = target.path.replace(/\{(\w+)\}/g, (_, key) => {
    const value = String(input[key] ?? id)
    delete input[key]
    return value
  })
  if (target.method === 'GET') return as('GET', path)
  return as(target.method, path, input)
}

const refused = [401, 403, 404]

describe(`${targets.length} procedures`, () => {
  // So many attacks would be stopped by how many they are.
  beforeEach(forgetRateLimits)

  it('each states a permission and an address', () => {
    for (const target of targets) {
      expect(target.meta.permission, target.name).toBeTruthy()
      expect(target.meta.audience, target.name).toBeTruthy()
      expect(target.path, target.name).toMatch(/^\//)
      if (target.meta.permission === 'public') expect(target.meta.audience, target.name).toBe('public')
    }
    expect(targets.length).toBeGreaterThan(50)
  })

  it.each(targets.filter((target) => !isOpen(target)))('$name refuses who is not signed in', async (target) => {
    const response = await attack(target, (...args) => send(here, ...args), newId())
    expect(refused, await response.clone().text()).toContain(response.status)
  })

  it.each(targets.filter((target) => isTenants(target) && !guestMay(target)))(
    '$name refuses who came by a link about one request',
    async (target) => {
      const response = await attack(target, guest.request, newId())
      expect(response.status, await response.clone().text()).toBe(403)
    },
  )

  it.each(targets.filter((target) => isTenants(target) && !customerMay(target)))('$name refuses a customer', async (target) => {
    const response = await attack(target, customer.request, newId())
    expect(refused, await response.clone().text()).toContain(response.status)
  })

  it.each(targets.filter((target) => !isTenants(target)))(
    "$name is not there on a tenant's host, not even for its owner",
    async (target) => {
      const response = await attack(target, (await owner()).request, newId())
      expect(response.status).toBe(404)
    },
  )

  it.each(targets.filter((target) => isTenants(target) && !isOpen(target)))(
    "$name refuses another tenant's cookie and token",
    async (target) => {
      const stolen = await attack(target, (method, path, body) => stealTo(there, method, path, body), newId())
      expect(refused, await stolen.clone().text()).toContain(stolen.status)
    },
  )

  it.each(targets.filter((target) => isTenants(target) && /\{\w+\}/.test(target.path)))(
    "$name does not find another tenant's ids",
    async (target) => {
      const { request } = await owner()
      const answers: string[] = []
      for (const id of foreign) {
        const response = await attack(target, request, id)
        answers.push(`${response.status} ${await response.text()}`)
        expect([404, 422], answers.at(-1)).toContain(response.status)
      }
      // The attack got past validation, so it is the database and the policies that said no.
      expect(
        answers.some((answer) => answer.startsWith('404')),
        answers.join('\n'),
      ).toBe(true)
    },
  )

  it.each(targets.filter((target) => isTenants(target) && target.method !== 'GET'))(
    "$name does not take another tenant's ids in its body",
    async (target) => {
      const { request } = await owner()
      for (const id of foreign) {
        const response = await attack(target, request, id)
        expect(response.status, `${id}: ${await response.clone().text()}`).toBeLessThan(500)
      }
    },
  )

  it.each(targets)('$name answers rubbish with an error of ours', async (target) => {
    const path = target.path.replace(/\{\w+\}/g, 'not-an-id')
    const { request } = await owner()
    for (const body of ['{', '[]', '"x"', '{"unknown":1}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"\\udfff":1}']) {
      const response = await request(target.method, path, target.method === 'GET' ? undefined : body)
      expect(response.status, `${body}: ${await response.clone().text()}`).toBeLessThan(500)
    }
  })

  it('left nothing behind in the other tenant', async () => {
    const state = await inWork(there, async ({ tx }) => ({
      tickets: await tx.ticket.count(),
      messages: await tx.ticketMessage.count(),
      people: await tx.person.count({ where: { deletedAt: null, status: 'active' } }),
      sessions: await tx.session.count({ where: { revokedAt: null } }),
      roles: await tx.role.count({ where: { deletedAt: null } }),
      tokens: await tx.apiToken.count({ where: { revokedAt: null } }),
      grants: await tx.grant.count(),
    }))
    expect(state).toEqual({ tickets: 1, messages: 1, people: 1, sessions: 1, roles: 1, tokens: 1, grants: 1 })
  })
})

/** The owner's own credentials of `here`, presented on another desk's host: as its cookie, renamed, and as a token. */
async function stealTo(other: ResolvedTenant, method: string, path: string, body: unknown): Promise<Response> {
  const admin = await owner()
  const sealed = await sealSession({ sid: admin.sessionId, tid: here.ref.id })
  const cookie = `${sessionCookieName(other.ref.slug, false)}=${sealed}`
  const byCookie = await send(other, method, path, body, { cookie })
  if (!refused.includes(byCookie.status)) return byCookie
  const token = apiTokenPrefix + newSecret()
  await inWork(here, ({ tx }) =>
    tx.apiToken.create({
      data: {
        tenantId: here.ref.id,
        id: newId(),
        personId: admin.id,
        name: 'stolen',
        prefix: 'x',
        hash: hashSecret(token),
        scopes: ['ticket.view'],
      },
    }),
  )
  return send(other, method, path, body, { authorization: `Bearer ${token}` })
}
