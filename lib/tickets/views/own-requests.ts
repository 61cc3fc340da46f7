import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { msg } from '../../core/message'
import { pageInput } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf } from '../../db/rows'
import { customerProcedure } from '../../procedure/builders'
import { isDone, isOpen } from '../ticket/attribute-question'
import { type CompiledFilter, compileFilter, mostTexts } from '../ticket/filter'
import { actorId, type Reading } from '../ticket/queries'
import { maxSearchLength } from '../ticket/schema'
import { listNamed, nothing, readPage } from './lists'
import { requestStates, ticketPage } from './schema'

/** What the signed-in person asked themselves, or what everybody at their organisation did where it shares requests: the portal's list, for staff too. */
export const listOwnTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/mine', tags: ['Tickets'], summary: 'List your own requests' })
  .input(
    z.strictObject({
      ...pageInput,
      of: z.enum(['me', 'organisation']).default('me'),
      state: z.enum(requestStates).optional(),
      /** Words and numbers; the filter language is not read. */
      q: z
        .string()
        .trim()
        .max(maxSearchLength, msg('tickets.searchTooLong', { maximum: maxSearchLength }))
        .optional(),
    }),
  )
  .output(ticketPage.extend({ waitingIds: z.array(z.uuid()) }))
  .handler(async ({ context, input: { of, state, q, ...page } }) => {
    const { actor } = context
    const contactId = actor.kind === 'person' ? actor.contactId : null
    if (!contactId) return { ...nothing(page), waitingIds: [] }
    // What an organisation shares is what its people see beside their own.
    const isShared = of === 'organisation' && actor.kind === 'person' && actor.sharedOrganisationId !== null
    const conditions = isShared ? [] : [Prisma.sql`t.requester_id = ${contactId}::uuid`]
    if (state) conditions.push(conditionOf(context, state))
    const found = await readPage(context, page, conditions, listNamed, await wordsIn(context, q))
    const waitingIds = await waitingAmong(
      context,
      found.items.map(({ id }) => id),
    )
    return { ...found, waitingIds }
  })

/** The team wrote last, and the request is open. Notes, and replies that are still to be sent, count for nothing. */
const isWaiting = (work: Reading) => Prisma.sql`(${isOpen} AND coalesce((
  SELECT m.author_kind = 'person' AND m.person_id IS DISTINCT FROM ${actorId(work.actor)}::uuid FROM ticket_message m
  WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.kind <> 'note' AND NOT m.is_automatic
  ORDER BY m.created_at DESC, m.id DESC LIMIT 1), FALSE))`

function conditionOf(work: Reading, state: (typeof requestStates)[number]): Prisma.Sql {
  if (state === 'waiting') return isWaiting(work)
  return state === 'open' ? isOpen : isDone
}

/** Words as they were typed, whatever signs are in them; of a whole text its beginning. */
async function wordsIn(work: Reading, q = ''): Promise<CompiledFilter | null> {
  const parts = q
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, mostTexts)
    .map((text) => ({ kind: 'text' as const, text, isExact: false, at: 0 }))
  const [first, ...more] = parts
  if (!first) return null
  return compileFilter(work, more.length === 0 ? first : { kind: 'all', parts })
}

async function waitingAmong(work: Reading, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  return idsOf(work.tx.$queryRaw`SELECT t.id::text FROM ticket t
    WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[]) AND ${visibleTo(work.actor)} AND ${isWaiting(work)}`)
}
