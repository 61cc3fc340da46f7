import { z } from 'zod'
import { newIdAt } from '../core/id'
import { msg } from '../core/message'
import { instantInput } from '../core/page'
import { foldText } from '../core/words'
import type { Prisma } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import type { EventType } from '../events/event-types'
import { events, isEventType } from '../events/registry'
import type { Work } from '../events/work'
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
