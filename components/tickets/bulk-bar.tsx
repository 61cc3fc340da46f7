'use client'

import { X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { useKeys } from '@/components/ui/keys'
import { useAction } from '@/components/ui/use-action'
import { controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { BulkChange, BulkOutput, BulkPreview } from '@/lib/tickets/actions/schema'
import { api } from '@/lib/wiring/client'
import type { ActionChoices } from './action-words'
import { BulkActions } from './bulk-actions'
import { BulkConfirm } from './bulk-confirm'
import type { Selection } from './use-selection'

interface Props {
  selection: Selection
  query: { view: string; q?: string }
  hasMore: boolean
  /** Of the reader. */
  permissions: readonly string[]
  /** These come back to the list by the reader's own undo. */
  onUndo: (ids: string[]) => void
}

const askEveryMs = 500
/** From so many tickets on, a change says what it will do and asks. */
const manyTickets = 20

/** What can be done with the chosen tickets; slides up when some are chosen. */
export function BulkBar({ selection, query, hasMore, permissions, onUndo }: Props) {
  const t = useTranslations('tickets.bulk')
  const all = useTranslations()
  const router = useRouter()
  const { ids, isWhole, clear } = selection
  const choices = useChoices(ids.size > 0)
  const start = useAction(api.tickets.startBulk, {
    onDone(bulk) {
      clear()
      const touched = [...ids]
      void follow(bulk, { t, undo: all('tickets.undo') }, { onUndo: () => onUndo(touched), onChange: () => router.refresh() })
    },
  })
  const { view, q } = query
  const chosen = isWhole ? { all: { view, ...(q ? { q } : {}) } } : { ids: [...ids] }
  const known = usePreview(ids.size > 0 ? JSON.stringify(chosen) : null)
  const [asked, setAsked] = useState<{ change: BulkChange; preview: BulkPreview } | null>(null)
  const look = useAction(async (change: BulkChange) => ({ change, preview: await api.tickets.previewBulk({ ...chosen, change }) }), {
    onDone({ change, preview }) {
      if (isWorthAsking(change, preview)) setAsked({ change, preview })
      else void start.run({ ...chosen, change })
      return false
    },
  })
  const leave = () => (ids.size > 0 ? clear() : false)
  useKeys({ Escape: leave })
  if (ids.size === 0) return null
  return (
    <section
      aria-label={t('label')}
      className="sticky bottom-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-raised px-4 py-1.5 shadow-[0_-2px_8px_rgb(0_0_0/0.08)]"
    >
      <p role="status" className="text-sm font-medium">
        {isWhole && known ? t('whole', { count: known.chosen, total: known.total }) : t('selected', { count: ids.size })}
      </p>
      {/* One row whatever there is to do; what does not fit is scrolled to, and is cut in the middle of a button to say so. */}
      <div className="order-last flex w-full min-w-0 items-center gap-2 overflow-x-auto py-1 sm:order-none sm:w-auto sm:flex-1 [&>*]:shrink-0 [&_svg]:max-2xl:hidden">
        <BulkActions
          choices={choices}
          permissions={permissions}
          statuses={known?.statuses ?? null}
          error={start.error ?? look.error}
          isPending={start.isPending || look.isPending}
          run={look.run}
        />
      </div>
      {asked && (
        <BulkConfirm
          {...asked}
          choices={choices}
          isPending={start.isPending}
          onCancel={() => setAsked(null)}
          onConfirm={async () => {
            if (await start.run({ ...chosen, change: asked.change })) setAsked(null)
          }}
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

/** What a change will do is said before a big one, one that is begun by a single click, one that mails customers, and one that does not apply to all. */
const isWorthAsking = ({ kind }: BulkChange, { chosen, changed, mailed }: BulkPreview) =>
  controlsOf(kind).length === 0 || chosen >= manyTickets || mailed > 0 || changed < chosen

const askAfterMs = 250

/** How many tickets are meant and what there is to choose from, once the choice has rested for a moment. */
function usePreview(chosen: string | null): BulkPreview | null {
  const [preview, setPreview] = useState<{ of: string; is: BulkPreview } | null>(null)
  useEffect(() => {
    if (!chosen) return
    const timer = setTimeout(() => {
      api.tickets.previewBulk(JSON.parse(chosen)).then(
        (is) => setPreview({ of: chosen, is }),
        () => {}, // the change itself says what is wrong
      )
    }, askAfterMs)
    return () => clearTimeout(timer)
  }, [chosen])
  return preview?.of === chosen ? preview.is : null
}

/** Read once someone chooses a row; what cannot be read is not offered. */
function useChoices(isWanted: boolean): ActionChoices {
  const [choices, setChoices] = useState<ActionChoices>({})
  useEffect(() => {
    if (!isWanted) return
    const add = (part: ActionChoices) => setChoices((known) => ({ ...known, ...part }))
    api.people.list({ kind: 'staff', limit: 200 }).then(
      ({ items }) => add({ person: items }),
      () => add({ person: [] }),
    )
    api.departments.list().then(
      ({ items }) => add({ department: items }),
      () => add({ department: [] }),
    )
  }, [isWanted])
  return choices
}

interface Then {
  onUndo: () => void
  onChange: () => void
}

interface Words {
  t: ReturnType<typeof useTranslations<'tickets.bulk'>>
  undo: string
}

/** Shows how far it is, then how it went, with a way back. */
async function follow(first: BulkOutput, words: Words, then: Then) {
  const { t } = words
  const { id } = first
  const shown = `bulk-${id}`
  let bulk = first
  const isUndo = bulk.status === 'undoing'
  while (bulk.status === 'running' || bulk.status === 'undoing') {
    const made = isUndo ? bulk.undone + bulk.kept : bulk.done + bulk.already + bulk.failed
    toast.loading(isUndo ? t('undoing', { made, total: made + bulk.done }) : t('changing', { made, total: bulk.total }), { id: shown })
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
    try {
      bulk = await api.tickets.bulk({ id })
    } catch {
      toast.error(t('lostSight'), { id: shown })
      return
    }
  }
  then.onChange()
  if (isUndo) {
    const { undone: count, kept } = bulk
    toast.success(kept > 0 ? t('undoneSome', { count, kept }) : t('undone', { count }), { id: shown })
    return
  }
  const undo = {
    label: words.undo,
    onClick() {
      then.onUndo()
      void api.tickets.undoBulk({ id }).then(
        (next) => follow(next, words, then),
        (error: Error) => toast.error(error.message, { id: shown }),
      )
    },
  }
  // As long as it can be undone without anybody having been told.
  const left = bulk.leavesAt ? bulk.leavesAt.getTime() - Date.now() : 0
  const offered = left > 0 && bulk.done > 0 ? { action: undo, duration: left } : {}
  const already = bulk.already > 0 ? ` ${t('already', { count: bulk.already })}` : ''
  if (bulk.failed === 0) return void toast.success(t('changed', { count: bulk.done }) + already, { id: shown, ...offered })
  const reasons = bulk.reasons.map(({ error, count }) => t('reason', { count, error })).join(' ')
  toast.warning(t('changedSome', { count: bulk.done, failed: bulk.failed, reasons }) + already, { id: shown, duration: 30_000, ...offered })
}
