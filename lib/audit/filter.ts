import { z } from 'zod'
import { type Actor, has } from '../actor/actor'
import { newIdAt } from '../core/id'
import { msg } from '../core/message'
import { instantInput } from '../core/page'
import { foldText } from '../core/words'
import type { Prisma } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import type { EventType } from '../events/event-types'
import { events, isEventType } from '../events/registry'
import type { Work } from '../events/work'
import { isFor } from '../kb/articles/visible'
import { eventKinds, typesOfKind } from './schema'

/** A type of event by its name. The catalogue is provided by the wiring, so it is asked when a request comes. */
const eventType = z.string().transform((name, context) => {
  if (isEventType(name)) return name
  context.addIssue(msg('events.type'))
  return z.NEVER
})

/** Which events of the audit trail are asked for. */
export const eventFilter = {
  type: eventType.optional(),
  kind: z.enum(eventKinds).optional(),
  /** Only failed sign-ins, lockouts and stolen tokens. */
  onlySuspicious: z.stringbool().or(z.boolean()).default(false),
  actorId: z.uuid().optional(),
  subjectId: z.uuid().optional(),
  /** The number of a ticket, an address, or the name of a person or of a rule of the workspace. */
  object: z.string().trim().max(200).optional(),
  from: instantInput.optional(),
  before: instantInput.optional(),
}
type EventFilter = z.output<z.ZodObject<typeof eventFilter>>

const dayMs = 86_400_000

export async function eventsWhere(work: Work, filter: EventFilter): Promise<Prisma.EventWhereInput> {
  const { type, actorId, subjectId, object, from, before } = filter
  const kind = filter.onlySuspicious ? 'suspicious' : filter.kind
  const types: string[] | undefined = type ? [type] : kind && typesOfKind(kind, Object.keys(events().types) as EventType[])
  return {
    tenantId: work.tenant.ref.id,
    ...(types ? { type: { in: types } } : {}),
    ...(actorId ? { actorId } : {}),
    ...(subjectId ? { subjectId } : {}),
    occurredAt: { gte: from, lt: before },
    AND: [object ? { subjectId: { in: await subjectsNamed(work, object) } } : {}, { id: idsBetween(from, before) }],
  }
}

/** Ids sort by when they were made, which is about when it happened: so the index of ids finds the days. None is of the future. */
const idsBetween = (from?: Date, before?: Date): Prisma.StringFilter => ({
  gte: from && newIdAt(new Date(Math.max(0, from.getTime() - dayMs))),
  lt: before && before.getTime() < Date.now() ? newIdAt(new Date(before.getTime() + dayMs)) : undefined,
})

/** Tickets by number, people and contacts by address, people and rules of the workspace by name; deleted ones too. */
const subjectsNamed = ({ tx, tenant }: Work, text: string) => {
  const tenantId = tenant.ref.id
  const [, prefix = '', number = '0'] = /^(?:(\w{2,10})-)?(\d{1,9})$/.exec(text) ?? []
  const name = foldText(text)
  const email = text.toLowerCase()
  return idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
      WHERE t.tenant_id = ${tenantId}::uuid AND t.number = ${Number(number)} AND ${prefix.toUpperCase()} IN ('', w.ticket_prefix)
    UNION ALL
    SELECT contact_id::text FROM contact_address WHERE tenant_id = ${tenantId}::uuid AND email = ${email}
    UNION ALL
    SELECT id::text FROM person WHERE tenant_id = ${tenantId}::uuid AND email = ${email}
    UNION ALL
    (SELECT id::text FROM person WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name} LIMIT 100)
    UNION ALL
    SELECT id::text FROM department WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}
    UNION ALL
    SELECT id::text FROM role WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}
    UNION ALL
    SELECT id::text FROM sla_policy WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}
    UNION ALL
    SELECT id::text FROM calendar WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}
    UNION ALL
    SELECT id::text FROM category WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}
    UNION ALL
    SELECT id::text FROM custom_field WHERE tenant_id = ${tenantId}::uuid AND fold_text(name) = ${name}`)
}

interface Told {
  type: string
  subjectId: string | null
  payload: unknown
}

const isOfKnowledge = ({ type }: Told) => /^kb\.(article|category|version)_/.test(type)

/**
 * What events say to whoever reads the trail: what happened to an article or a category that is not for them, but none of its words.
 * One that is gone for good is for nobody who may not read everything.
 */
export async function shownPayloads({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant'> & { actor: Actor }, events: readonly Told[]) {
  const about = has(actor, 'kb.view') ? [] : events.filter(isOfKnowledge)
  if (about.length === 0) return ({ payload }: Told) => payload
  const ids = [...new Set(about.flatMap(({ subjectId }) => subjectId ?? []))]
  const shown = new Set(
    await idsOf(tx.$queryRaw`
      SELECT a.id::text FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = ANY(${ids}::uuid[]) AND ${isFor(actor, 'a')}
      UNION ALL
      SELECT c.id::text FROM kb_category c WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.id = ANY(${ids}::uuid[]) AND ${isFor(actor, 'c')}`),
  )
  return (event: Told) => (isOfKnowledge(event) && !shown.has(event.subjectId ?? '') ? withoutWords(event.payload) : event.payload)
}

function withoutWords(value: unknown): unknown {
  if (typeof value === 'string') return '…'
  if (Array.isArray(value)) return value.map(withoutWords)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutWords(each)]))
}
