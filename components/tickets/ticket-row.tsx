import { useTranslations } from 'next-intl'
import { memo } from 'react'
import { Highlight } from '@/components/ui/highlight'
import { Link } from '@/components/ui/link'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { useAttributeWords } from './attribute-words'
import { Cell, cellClass } from './cells'
import { PriorityMark, UnverifiedLabel } from './labels'
import { type ListedTicket, phoneColumns } from './listed'

/** The cells of a row: its columns, and what a narrow screen shows besides. */
export const cellsOf = (columns: readonly ColumnName[]) => [
  ...columns.map((name) => ({ name, className: cellClass(name) })),
  ...phoneColumns.filter((name) => !columns.includes(name)).map((name) => ({ name, className: `${cellClass(name)} phone-only` })),
]

interface Props {
  ticket: ListedTicket
  isChosen: boolean
  excerpt: string | undefined
  cells: ReturnType<typeof cellsOf>
  timeZone: string
  searched?: string
  isDense: boolean
  choose: (id: string, isRange: boolean) => void
  open: (id: string) => void
}

/** One row; it is drawn again only when it changed. */
export const TicketRow = memo(function TicketRow({ ticket, isChosen, excerpt, cells, timeZone, searched, isDense, choose, open }: Props) {
  const t = useTranslations('tickets.inbox')
  const words = useAttributeWords()
  const cell = { ticket, timeZone, isDense, words }
  return (
    <li className={isChosen ? 'bg-accent/10' : undefined}>
      <label>
        <input
          type="checkbox"
          aria-label={t('select', { number: ticket.number })}
          checked={isChosen}
          onChange={() => {}}
          onClick={(event) => choose(ticket.id, event.shiftKey)}
        />
      </label>
      <Link
        data-row=""
        href={`/agent/tickets/${ticket.id}`}
        onNavigate={(event) => {
          event.preventDefault()
          open(ticket.id)
        }}
      >
        <i>{ticket.hasNewReply && <span title={words.label('hasNewReply')} role="img" aria-label={words.label('hasNewReply')} />}</i>
        <PriorityMark priority={ticket.priority} />
        <span className="row-number">{ticket.number}</span>
        <span className="row-main">
          <span className="row-title">
            {ticket.isUnverified && <UnverifiedLabel />}
            <bdi className={ticket.hasNewReply ? 'font-semibold' : undefined}>
              <Highlight text={ticket.title} searched={searched} />
            </bdi>
          </span>
          {!isDense && (
            <bdi className="row-snippet">
              <Highlight text={excerpt ?? ticket.snippet} searched={searched} />
            </bdi>
          )}
        </span>
        {cells.map(({ name, className }) => (
          <Cell key={name} name={name} className={className} {...cell} />
        ))}
      </Link>
    </li>
  )
})
