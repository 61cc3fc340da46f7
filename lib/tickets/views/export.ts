import { z } from 'zod'
import { csvOf } from '../../core/csv'
import { agentProcedure } from '../../procedure/builders'
import type { TicketOutput } from '../ticket/schema'
import { listFound, listInput } from './lists'

const mostRows = 20_000
const atOnce = 1000

const columns: [string, (ticket: TicketOutput) => string | number | null][] = [
  ['Number', ({ number }) => number],
  ['Title', ({ title }) => title],
  ['Status', ({ status }) => status],
  ['Priority', ({ priority }) => priority],
  ['Type', ({ type }) => type],
  ['Department', ({ department }) => department?.name ?? null],
  ['Category', ({ category }) => category?.name ?? null],
  ['Requester', ({ requester }) => requester.name],
  ['Email', ({ requester }) => requester.email],
  ['Assignee', ({ assignee }) => assignee?.name ?? null],
  ['Tags', ({ tags }) => tags.join(', ')],
  ['Source', ({ source }) => source],
  ['Opened', ({ createdAt }) => createdAt.toISOString()],
  ['First reply', ({ firstResponseAt }) => firstResponseAt?.toISOString() ?? null],
  ['Resolved', ({ resolvedAt }) => resolvedAt?.toISOString() ?? null],
  ['Closed', ({ closedAt }) => closedAt?.toISOString() ?? null],
  ['Due', ({ dueAt }) => dueAt?.toISOString() ?? null],
  ['Changed', ({ updatedAt }) => updatedAt.toISOString()],
  ['Messages', ({ messageCount }) => messageCount],
  ['Reopened', ({ reopenCount }) => reopenCount],
]

export const exportTickets = agentProcedure
  .meta({ permission: 'ticket.export' })
  .route({
    method: 'GET',
    path: '/ticket/export',
    tags: ['Tickets'],
    summary: `A view or a search as a table (CSV, at most ${mostRows} rows)`,
  })
  .input(z.strictObject(listInput))
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context, input }) => {
    const rows: TicketOutput[] = []
    for (let cursor: string | undefined; rows.length < mostRows; ) {
      const page = await listFound(context, { ...input, limit: atOnce, cursor })
      rows.push(...page.items)
      if (!page.nextCursor) break
      cursor = page.nextCursor
    }
    context.emit('tickets.exported', { view: input.view, q: input.q ?? '', rows: rows.length })
    const csv = csvOf([columns.map(([name]) => name), ...rows.map((ticket) => columns.map(([, show]) => show(ticket)))])
    context.caller.responseHeaders?.set('Content-Disposition', 'attachment; filename="tickets.csv"')
    return new File([csv], 'tickets.csv', { type: 'text/csv; charset=utf-8' })
  })
