import { z } from 'zod'
import { csvLines, csvMark } from '../../core/csv'
import type { Reference } from '../../core/schema'
import { agentInPieces } from '../../procedure/builders'
import { wordsFor } from '../../procedure/words'
import type { Translator } from '../../text/translator'
import type { Attribute } from '../ticket/attribute'
import { keysWith } from '../ticket/attribute-names'
import { type AttributeKey, attributes } from '../ticket/attributes'
import type { TicketOutput } from '../ticket/schema'
import { idsFound, listInput, listNamed } from './lists'

const mostRows = 20_000
/** What one unit of work reads. */
const atOnce = 50

type Cell = string | number | null
type Column = [title: string, read: (ticket: TicketOutput) => Cell]

function columnsOf(t: Translator, key: AttributeKey, attribute: Attribute): Column[] {
  const reading = (key: AttributeKey, cell: (value: never) => Cell): Column => [
    t(`tickets.attributes.${key}`),
    (ticket) => {
      const value = (ticket as Record<string, unknown>)[key]
      return value === null ? null : cell(value as never)
    },
  ]
  if ('words' in attribute) return [reading(key, (value: string) => t(`${attribute.words}.${value}` as 'common.email'))]
  switch (attribute.kind) {
    case 'person':
    case 'department':
    case 'category':
      return [reading(key, ({ name }: Reference) => name)]
    case 'requester':
      return [reading(key, ({ name }: Reference) => name), [t('common.email'), ({ requester }) => requester.email]]
    case 'tags':
      return [reading(key, (tags: string[]) => tags.join(', '))]
    case 'instant':
      return [reading(key, (at: Date) => at.toISOString())]
    default:
      return [reading(key, (value: Cell) => value)]
  }
}

export const exportTickets = agentInPieces
  .meta({ permission: 'ticket.export' })
  .route({
    method: 'GET',
    path: '/ticket/export',
    tags: ['Tickets'],
    summary: `Export a view or a search as CSV, at most ${mostRows} rows`,
  })
  .input(z.strictObject(listInput))
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context, input }) => {
    const t = await wordsFor(context.caller)
    const columns = keysWith('isExported').flatMap((key) => columnsOf(t, key, attributes[key]))
    const parts = [csvMark, csvLines([columns.map(([name]) => name)])]
    // Which, and in what order, is settled at once: whatever changes meanwhile is neither missed nor there twice.
    const ids = await context.piece((work) => idsFound(work, input, mostRows))
    let rows = 0
    for (let at = 0; at < ids.length; at += atOnce) {
      const tickets = await context.piece((work) => listNamed(work, ids.slice(at, at + atOnce)))
      parts.push(csvLines(tickets.map((ticket) => columns.map(([, show]) => show(ticket)))))
      rows += tickets.length
    }
    await context.conclude(async ({ emit }) => emit('tickets.exported', { view: input.view, q: input.q ?? '', rows }))
    context.caller.responseHeaders?.set('Content-Disposition', 'attachment; filename="tickets.csv"')
    return new File(parts, 'tickets.csv', { type: 'text/csv; charset=utf-8' })
  })
