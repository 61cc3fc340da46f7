'use client'

import { ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { useKeys } from '@/components/ui/keys'
import { Link } from '@/components/ui/link'
import { drawnOnDemand } from '@/components/ui/on-demand'
import type { Reference } from '@/lib/core/schema'
import { usePlace } from './queue/queue'
import { RowCommands } from './queue/row-commands'
import { useBulk } from './queue/use-bulk'
import { type ListProps, useList } from './queue/use-list'
import { useListPlace } from './queue/use-place'
import { usePrefetchOnRest } from './queue/use-prefetch'
import { TicketList } from './ticket-list'
import { useSelection } from './use-selection'

const BulkBar = drawnOnDemand(async () => (await import('./bulk-bar')).BulkBar)

interface Props extends ListProps {
  timeZone: string
  isDense: boolean
  me: Reference
  permissions: readonly string[]
  undoSeconds: number
}

/**
 * The list as it is now: rows change where they are, and what is new waits
 * behind a pill, so that nothing moves under the pointer.
 */
export function LiveInbox(props: Props) {
  const { query, columns, timeZone, isDense, me, permissions, undoSeconds } = props
  const t = useTranslations('tickets.inbox')
  const rows = useRef<HTMLUListElement>(null)
  const { place, isKept } = usePlace()
  const { tickets, excerpts, next, arrived, showArrived, reload, bringBack } = useList(props)
  const selection = useSelection(
    tickets.map(({ id }) => id),
    place,
  )
  const bulk = useBulk({ selection, query, onUndo: bringBack, reload })
  const isChoosing = selection.ids.size > 0
  const leave = () => (isChoosing ? selection.clear() : false)
  useKeys({ Escape: leave })
  useListPlace(rows, place, isKept, tickets)
  usePrefetchOnRest(rows)
  return (
    <>
      <p role="status" className="sticky top-0 z-10 grid justify-items-center empty:hidden">
        {arrived > 0 && (
          <button
            type="button"
            onClick={showArrived}
            className="my-1.5 flex items-center gap-1.5 rounded-full bg-accent px-3 py-1 text-sm font-medium text-on-accent"
          >
            <ArrowUp aria-hidden className="size-4" /> {t('arrived', { count: arrived })}
          </button>
        )}
      </p>
      {tickets.length > 0 && (
        <>
          <TicketList
            list={rows}
            tickets={tickets}
            timeZone={timeZone}
            excerpts={excerpts}
            query={query}
            columns={columns}
            next={next}
            isDense={isDense}
            selection={selection}
          />
          <RowCommands list={rows} {...{ tickets, place, selection, bulk, reload, me, undoSeconds, timeZone, permissions }} />
        </>
      )}
      <Pages query={query} columns={columns} next={next} />
      {isChoosing && <BulkBar {...{ tickets, timeZone, selection, bulk, permissions }} hasMore={next !== null} onFailed={leave} />}
    </>
  )
}

/** The ways to the list's other pages. */
function Pages({ query: { view, q, sort, cursor }, columns, next }: Pick<Props, 'query' | 'columns' | 'next'>) {
  const t = useTranslations('agent.inbox')
  if (!next && !cursor) return null
  const first = new URLSearchParams({ view, ...(q ? { q } : {}), sort, columns: columns.join(',') })
  return (
    <div className="flex gap-2 p-4">
      {cursor && (
        <Button asChild>
          <Link href={`/agent?${first}`}>{t('newest')}</Link>
        </Button>
      )}
      {next && (
        <Button asChild>
          <Link href={`/agent?${first}&${new URLSearchParams({ cursor: next })}`}>{t('older')}</Link>
        </Button>
      )}
    </div>
  )
}
