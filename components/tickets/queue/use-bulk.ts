'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { controlsOf } from '@/lib/tickets/actions/action-kinds'
import { optimisticChange } from '@/lib/tickets/actions/optimistic-change'
import type { BulkChange, BulkOutput, BulkPreview } from '@/lib/tickets/actions/schema'
import type { MacroOutput } from '@/lib/tickets/canned/schema'
import { writes } from '@/lib/tickets/canned/values'
import { api } from '@/lib/wiring/client'
import type { ActionChoices } from '../action-words'
import type { Selection } from '../use-selection'
import { showWhile } from './cache'

const askEveryMs = 500
/** From so many tickets on, a change says what it will do and asks. */
const manyTickets = 20

interface Options {
  selection: Selection
  query: { view: string; q?: string }
  /** These come back to the list by the reader's own undo. */
  onUndo: (ids: readonly string[]) => void
  reload: () => Promise<void>
}

export type Bulk = ReturnType<typeof useBulk>

/** Changes of the chosen tickets: the rows show them at once, and as they are when all is done. */
export function useBulk({ selection, query: { view, q }, onUndo, reload }: Options) {
  const t = useTranslations('tickets.bulk')
  const all = useTranslations()
  const client = useQueryClient()
  const { ids, isWhole, clear } = selection
  const macros = useMacros(ids.size > 0)
  const choices = { ...useChoices(ids.size > 0), macro: macros }
  const chosen = isWhole ? { all: { view, ...(q ? { q } : {}) } } : { ids: [...ids] }
  const known = usePreview(ids.size > 0 ? JSON.stringify(chosen) : null)
  const [asked, setAsked] = useState<{ change: BulkChange; preview: BulkPreview } | null>(null)
  const followed = useRef<Promise<void> | null>(null)
  const action = useAction(
    async ({ change, isSure }: { change: BulkChange; isSure: boolean }) => {
      const preview = isSure ? null : await api.tickets.previewBulk({ ...chosen, change })
      if (preview && isWorthAsking(change, preview)) return { ask: { change, preview } }
      return { bulk: await api.tickets.startBulk({ ...chosen, change }) }
    },
    {
      onDone({ ask, bulk }) {
        setAsked(ask ?? null)
        if (!bulk) return false
        clear()
        const touched = [...ids]
        followed.current = follow(bulk, { t, undo: all('tickets.undo') }, { onUndo: () => onUndo(touched), onChange: reload })
        return false
      },
    },
  )
  async function run(change: BulkChange, isSure = false): Promise<boolean> {
    followed.current = null
    const isBegun = action.run({ change, isSure })
    // What was not begun shows no more; what was shows until the list is read anew.
    const isOver = () => isBegun.then(() => followed.current)
    void showWhile(client, { ids: [...ids], patch: optimisticChange(change, { people: choices.person ?? [], macros }) }, isOver)
    return isBegun
  }
  const { error, isPending } = action
  return { choices, macros, known, asked, error, isPending, run, cancel: () => setAsked(null) }
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

const freshMs = 60_000

/** Read once someone wants to choose; what cannot be read is not offered. */
export function useChoices(isWanted: boolean): ActionChoices {
  const options = { enabled: isWanted, staleTime: freshMs, retry: false }
  const people = useQuery({ queryKey: ['staff'], queryFn: () => api.people.list({ kind: 'staff', limit: 200 }), ...options })
  const departments = useQuery({ queryKey: ['departments'], queryFn: () => api.departments.list(), ...options })
  return {
    ...(people.data || people.error ? { person: people.data?.items ?? [] } : {}),
    ...(departments.data || departments.error ? { department: departments.data?.items ?? [] } : {}),
  }
}

/** Macros that many tickets can take at once. */
function useMacros(isWanted: boolean): MacroOutput[] {
  const { data } = useQuery({
    queryKey: ['macros'],
    queryFn: () => api.macros.list(),
    enabled: isWanted,
    staleTime: freshMs,
    retry: false,
    select: ({ items }) => items.filter((macro) => !writes(macro)),
  })
  return data ?? []
}

interface Then {
  onUndo: () => void
  onChange: () => Promise<void>
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
  await then.onChange().catch(() => {}) // the next change reads it again
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
