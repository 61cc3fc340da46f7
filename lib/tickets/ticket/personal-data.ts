import { Prisma } from '../../db/generated/tenant/client'
import { erasedText, type PersonalData } from '../../db/personal-data'
import type { FollowerWork } from '../../events/follower'
import type { Attribute } from './attribute'
import { fieldName } from './attribute-names'
import { attributeEntries } from './attributes'
import { changeTickets } from './record'

const isKept = ({ personal }: Attribute) => personal !== 'erased' && personal !== 'both'

/** Attributes that are a requester's own, by the fields of the row. A title must say something, and a preview is part of a message. */
const exported = Object.fromEntries(
  attributeEntries.flatMap(([key, { personal }]) => (personal === 'exported' || personal === 'both' ? [[fieldName(key), true]] : [])),
)
const erased = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) => (isKept(attribute) ? [] : [[fieldName(key), attribute.kind === 'fields' ? {} : null]])),
)
/** Colleagues that a ticket names, and texts that are the team's. */
const stays = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) => {
    const isStaffs = attribute.kind === 'person' || (attribute.kind === 'text' && !('isRequired' in attribute))
    return isStaffs && isKept(attribute) ? [[fieldName(key), 'staff' as const]] : []
  }),
)

interface Redaction {
  /** Tickets of someone who is erased, which were emptied. */
  ticketIds: readonly string[]
  /** Tickets of others that they wrote in. */
  otherIds: readonly string[]
  /** Their accounts. */
  personIds: string[]
}

/** Says that tickets were emptied, and takes away the preview where it was a message of whoever is erased. */
export async function redactTickets(work: FollowerWork, { ticketIds, otherIds, personIds }: Redaction) {
  const isLastErased = Prisma.sql`(SELECT m.body_text FROM ticket_message m WHERE m.tenant_id = ticket.tenant_id AND m.ticket_id = ticket.id
    AND m.kind <> 'note' ORDER BY m.created_at DESC, m.id DESC LIMIT 1) = ${erasedText}`
  const which = Prisma.sql`t.id = ANY(${otherIds}::uuid[])`
  if (otherIds.length > 0) await changeTickets(work, which, Prisma.sql`snippet = CASE WHEN ${isLastErased} THEN '' ELSE snippet END`)
  for (const subjectId of ticketIds) work.emit('ticket.redacted', { isWhole: true, personIds }, { subjectId })
  for (const subjectId of otherIds) work.emit('ticket.redacted', { isWhole: false, personIds }, { subjectId })
}

/** Attributes whose former values are not told any more once a ticket was redacted as a whole. */
const forgotten = new Set(['title', ...Object.keys(erased)])

/** What a ticket's history tells of an event that came before it was redacted. */
export function redactPayload(payload: Record<string, unknown>): Record<string, unknown> {
  const within = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, forgotten.has(key) ? erasedText : each]))
      : value
  const { before, after } = payload
  return {
    ...payload,
    ...('reason' in payload ? { reason: null } : {}),
    ...('reasonBefore' in payload ? { reasonBefore: null } : {}),
    ...('comment' in payload ? { comment: null } : {}),
    ...('before' in payload ? { before: within(before), after: within(after) } : {}),
  }
}

export const ticketData: PersonalData = {
  tables: {
    watcher: {
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
      stays: { ticketId: 'number', personId: 'staff' },
    },
    ticketTag: { stays: { ticketId: 'number', name: 'staff' } },
    tag: { stays: 'staff' },
    ticket: {
      erase: [
        {
          rows: ({ ticketIds }) => ({ id: { in: ticketIds } }),
          set: ({ t, now }) => ({
            title: t('stored.erasedRequest'),
            ...erased,
            snippet: '',
            version: { increment: 1 },
            publicVersion: { increment: 1 },
            updatedAt: now,
            publicUpdatedAt: now,
          }),
        },
      ],
      purge: [
        { rows: (ticketIds) => ({ mergedIntoId: { in: ticketIds } }), set: { mergedIntoId: null } },
        { rows: (ticketIds) => ({ id: { in: ticketIds } }) },
      ],
      stays: {
        requesterId: 'subject',
        mergedIntoId: 'number',
        tags: 'staff',
        ...stays,
      },
    },
  },
  async exportTickets({ tx, tenantId }, { ticketIds }) {
    const rows = await tx.ticket.findMany({
      where: { tenantId, id: { in: ticketIds } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, ...exported },
    })
    return new Map(rows.map(({ id, ...values }) => [id, JSON.parse(JSON.stringify(values))]))
  },
}
