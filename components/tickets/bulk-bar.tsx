'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { BulkActions } from './bulk-actions'
import { BulkConfirm } from './bulk-confirm'
import type { ListedTicket } from './listed'
import type { Bulk } from './queue/use-bulk'
import type { Selection } from './use-selection'

interface Props {
  tickets: readonly ListedTicket[]
  timeZone: string
  selection: Selection
  bulk: Bulk
  hasMore: boolean
  /** Of the reader. */
  permissions: readonly string[]
}

/** What can be done with the chosen tickets; slides up when some are chosen. */
export function BulkBar({ tickets, timeZone, selection, bulk, hasMore, permissions }: Props) {
  const { choices, macros, known, asked, error, isPending, run, cancel } = bulk
  const t = useTranslations('tickets.bulk')
  const { ids, isWhole, clear } = selection
  return (
    <section
      aria-label={t('label')}
      className="bulk-bar sticky bottom-(--bottom-bar) z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-raised px-4 py-1.5 shadow-[0_-2px_8px_rgb(0_0_0/0.08)]"
    >
      <p role="status" className="text-sm font-medium">
        {isWhole && known ? t('whole', { count: known.chosen, total: known.total }) : t('selected', { count: ids.size })}
      </p>
      {/* One row whatever there is to do; what does not fit is scrolled to, and is cut in the middle of a button to say so. */}
      <div className="order-last flex w-full min-w-0 items-center gap-2 overflow-x-auto py-1 sm:order-none sm:w-auto sm:flex-1 [&>*]:shrink-0 [&_svg]:max-2xl:hidden">
        <BulkActions
          tickets={tickets.filter(({ id }) => ids.has(id))}
          isWhole={isWhole}
          timeZone={timeZone}
          choices={choices}
          permissions={permissions}
          statuses={known?.statuses ?? null}
          error={error}
          isPending={isPending}
          run={run}
        />
      </div>
      {asked && (
        <BulkConfirm
          {...asked}
          choices={choices}
          macros={macros}
          isPending={isPending}
          onCancel={cancel}
          onConfirm={() => void run(asked.change, true)}
        />
      )}
      <span className="ms-auto flex items-center gap-2">
        {hasMore && !isWhole && (
          <Button size="small" variant="ghost" onClick={selection.chooseWhole}>
            {t('selectWhole')}
          </Button>
        )}
        <Button size="small" variant="ghost" onClick={clear} aria-label={t('clear')} title={t('clearHint')}>
          <X aria-hidden />
        </Button>
      </span>
    </section>
  )
}
