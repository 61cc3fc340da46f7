import { z } from 'zod'
import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import type { ProcedureMeta } from '../procedure/context'
import { type ResolvedTenant, resolveHost } from '../tenancy/resolve'
import { proceduresOf } from './exercised'
import { hostOf, sendFromHere, type TestPerson } from './factories'
import type { DataModel } from './rows'

/** An id of every kind, by model. */
export type Ids = Record<string, string>

/** What the attack test needs of a procedure, and inputs for it made from its own schema. */
export interface Target {
  name: string
  method: string
  path: string
  meta: ProcedureMeta
  schema: Json
}

interface Json {
  type?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Json[]
  oneOf?: Json[]
  properties?: Record<string, Json>
  required?: string[]
  items?: Json
  minItems?: number
  minimum?: number
}

export const targets: Target[] = proceduresOf().map(([name, procedure]) => {
  const { route, meta, inputSchema } = procedure['~orpc']
  const schema = inputSchema ? (z.toJSONSchema(inputSchema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Json) : {}
  return { name, method: route.method ?? 'POST', path: route.path ?? '', meta: meta as ProcedureMeta, schema }
})

/** Where an input takes an id: `departmentId`, `targets[].calendarId`. */
export function idFieldsOf({ schema }: Target): string[] {
  const found = new Set<string>()
  const walk = (node: Json, path: string) => {
    if (isId(node, path)) found.add(path)
    for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, path ? `${path}.${key}` : key)
    if (node.items) walk(node.items, `${path}[]`)
    for (const variant of variantsOf(node)) walk(variant, path)
  }
  walk(schema, '')
  return [...found]
}

const lastOf = (path: string) => path.split('.').at(-1)?.replace('[]', '') ?? ''
const isId = ({ format, type }: Json, path: string) =>
  format === 'uuid' || (type === 'string' && /^(id|ids|other|into|.*Ids?)$/.test(lastOf(path)) && !notIds.includes(lastOf(path)))

const variantsOf = ({ anyOf, oneOf }: Json) => anyOf ?? oneOf ?? []

/** Named like an id and none of ours. */
const notIds = ['socketId']

/** Where neither the name of a model nor that of a relation is in the name of a field. */
const otherNames: Record<string, string> = {
  users: 'Person',
  member: 'Person',
  tokens: 'ApiToken',
  business: 'Tenant',
  sla: 'SlaPolicy',
  above: 'SlaPolicy',
  files: 'Attachment',
  fields: 'CustomField',
  hook: 'NotificationHook',
  integrations: 'Mailbox',
  bulk: 'BulkAction',
  response: 'CannedResponse',
  seenMessage: 'TicketMessage',
  other: 'Ticket',
  into: 'Ticket',
  object: 'Ticket',
  successor: 'Person',
  agent: 'Person',
  actor: 'Person',
  subject: 'Ticket',
  escalations: 'SlaEscalation',
  messages: 'InboundMail',
  outgoing: 'OutboundMail',
  participation: 'Ticket',
  reviewer: 'Person',
  related: 'KbArticle',
}

/**
 * The model whose id a field takes, by the field's name and, for `id`, by the path before it.
 * @throws where none can be found, so that no field is attacked with ids of another kind
 */
export function modelOf(target: Target, field: string, models: DataModel['models']): string {
  const steps = field.replaceAll('[]', '').split('.')
  const last = steps.at(-1) as string
  const segments = target.path.split('/').filter(Boolean)
  const before = segments[segments.indexOf(`{${last}}`) - 1] ?? (segments[0] as string)
  const name = /^ids?$/.test(last) ? (steps.at(-2) ?? before) : last.replace(/Ids?$/, '')
  const byName = (given: string) => [otherNames[given], pascal(given), singular(pascal(given))].find((each) => each && each in models)
  const base = segments.slice(0, 2).includes('kb') ? 'Kb' : (byName(segments[0] as string) ?? '')
  const related = relations(models).get(name) ?? []
  const model =
    [otherNames[name], base + singular(pascal(name))].find((each) => each && each in models) ??
    byName(name) ??
    (related.length === 1 ? related[0] : related.find((each) => each === base))
  if (!model) throw new Error(`${target.name}: ${field} is of no table; say which in otherNames`)
  return model
}

const pascal = (name: string) => name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())
const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '')

/** Where relations lead, by their name: `assignee` to Person. */
function relations(models: DataModel['models']): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { fields } of Object.values(models))
    for (const { name, type } of fields) {
      if (!(type in models) || !fields.some((field) => field.name === `${name}Id`)) continue
      found.set(name, [...new Set([...(found.get(name) ?? []), type])])
    }
  return found
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
}

/** Something the schema accepts: what it requires, and the field at `toward`, with `idAt` wherever an id is asked for. */
export function sample({ schema }: Target, idAt: (field: string) => string = () => newId(), toward = ''): Record<string, unknown> {
  const leadsThere = (path: string) => toward === path || toward.startsWith(`${path}.`) || toward.startsWith(`${path}[]`)
  const fill = (node: Json, path: string): unknown => {
    const name = lastOf(path)
    if (isId(node, path)) return idAt(path)
    if (name in byName) return byName[name]
    if (node.const !== undefined) return node.const
    if (node.enum) return node.enum[0]
    const variants = variantsOf(node)
    if (variants.length > 0)
      return fill(variants.find((each) => leadsThere(path) && holds(each, path, toward)) ?? (variants[0] as Json), path)
    if (node.properties)
      return Object.fromEntries(
        Object.entries(node.properties)
          .map(([key, child]) => ({ key, child, at: path ? `${path}.${key}` : key }))
          .filter(({ key, at }) => node.required?.includes(key) || leadsThere(at))
          .map(({ key, child, at }) => [key, fill(child, at)]),
      )
    if (node.type === 'object') return {}
    if (node.type === 'array') return node.minItems || leadsThere(path) ? [fill(node.items ?? {}, `${path}[]`)] : []
    if (node.type === 'integer' || node.type === 'number') return Math.max(1, node.minimum ?? 1)
    if (node.type === 'boolean') return true
    return 'a long enough text'
  }
  return (fill(schema, '') ?? {}) as Record<string, unknown>
}

/** Whether the field at `toward` is in this part of a schema. */
function holds(node: Json, path: string, toward: string): boolean {
  if (path === toward && isId(node, path)) return true
  if (node.items && toward.startsWith(`${path}[]`)) return holds(node.items, `${path}[]`, toward)
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const at = path ? `${path}.${key}` : key
    if ((toward === at || toward.startsWith(`${at}.`) || toward.startsWith(`${at}[]`)) && holds(child, at, toward)) return true
  }
  return variantsOf(node).some((variant) => holds(variant, path, toward))
}

/** The request that a target's input makes: what the path names is in it, of a GET the rest in the query. */
export function requestOf({ method, path }: Target, given: Record<string, unknown>): [method: string, path: string, body?: unknown] {
  const input = { ...given }
  const address = path.replace(/\{(\w+)\}/g, (_, key) => {
    const value = String(input[key] ?? newId())
    delete input[key]
    return value
  })
  if (input.file instanceof Blob) return [method, address, formOf(input)]
  if (method !== 'GET') return [method, address, input]
  const query = Object.entries(input).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((each) => [`${key}[]`, String(each)] as const) : [[key, String(value)] as const],
  )
  return [method, query.length > 0 ? `${address}?${new URLSearchParams(query.map(([key, value]) => [key, value]))}` : address]
}

function formOf(input: Record<string, unknown>): FormData {
  const form = new FormData()
  for (const [key, value] of Object.entries(input)) form.append(key, value instanceof Blob ? value : String(value))
  return form
}

/** Sends a request as someone, from a state that is made for it, and takes back whatever it did. */
export async function sendUndone(tenant: ResolvedTenant, as: TestPerson, request: ReturnType<typeof requestOf>, state: string[] = []) {
  // Hosts are the platform's, which a unit of work of the tenant can't read.
  await resolveHost(hostOf(tenant))
  const undone = new Error('undone')
  let answer = { status: 0, text: '' }
  await withTenant(tenant.ref, async (tx) => {
    for (const sql of state) await tx.$executeRawUnsafe(sql)
    const response = await sendFromHere(() => as.request(...request))
    answer = { status: response.status, text: await response.text() }
    throw undone
  }).catch((error) => {
    if (error !== undone) throw error
  })
  return answer
}
