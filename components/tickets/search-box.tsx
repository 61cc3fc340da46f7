'use client'

import { ORPCError } from '@orpc/client'
import { CircleHelp, ListFilter } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useLayoutEffect, useRef, useState } from 'react'
import { choiceBox } from '@/components/ui/choice'
import { SearchInput } from '@/components/ui/field'
import { drawnByStyle } from '@/components/ui/icon'
import { useKeys } from '@/components/ui/keys'
import { onDemand, withinPopover } from '@/components/ui/on-demand'
import { Popover } from '@/components/ui/popover'
import { toast } from '@/components/ui/toast'
import { maxSearchLength } from '@/lib/tickets/ticket/values'
import { api } from '@/lib/wiring/client'
import type { Chip } from './filters/chips'

// Most lists are searched by none.
const FilterChip = dynamic(() => import('./filters/filter-chip').then((module) => module.FilterChip))
const language = onDemand(() => import('./filters/chips'))
const [adding, AddFilter] = withinPopover(async () => (await import('./filters/add-filter')).AddFilter)
const [help, FilterHelp] = withinPopover(async () => (await import('./filters/filter-help')).FilterHelp)

interface Props {
  q?: string
  /** Its conditions, and what of it they can't say. */
  chips: readonly Chip[]
  text: string
  problem: string | null
  /** The view whose tickets are filtered; none where all are searched. */
  view?: string
  timeZone: string
}

/** What was typed while the list of a search was on its way, for the field that comes with it. */
let typedMeanwhile: { q: string; text: string } | null = null

/** Within so many frames the page that comes is shown. */
const mostFrames = 30

/** Gives a field the focus that nobody has, until the page around it is shown. */
function focusSoon(input: HTMLInputElement, frames = mostFrames) {
  if (document.activeElement === document.body) input.focus()
  if (frames > 0 && input.isConnected) requestAnimationFrame(() => focusSoon(input, frames - 1))
}

/** The filter language: conditions as chips, the rest as it is typed, and beside it what it can be asked. */
export function SearchBox({ q = '', chips, text, problem: given, view, timeZone }: Props) {
  const t = useTranslations('tickets')
  const ui = useTranslations('ui')
  const field = useRef<HTMLInputElement>(null)
  const router = useRouter()
  /** The search that was asked for, and the text of it. */
  const asking = useRef<{ q: string; text: string } | null>(null)
  useLayoutEffect(() => {
    const input = field.current
    if (input && typedMeanwhile?.q === q) {
      input.value = typedMeanwhile.text
      focusSoon(input)
    }
    typedMeanwhile = null
    return () => {
      const { current } = asking
      if (input && current && input.value !== current.text) typedMeanwhile = { q: current.q, text: input.value }
    }
  }, [q])
  const [problem, setProblem] = useState(given)
  /** A search that cannot be understood is said at the field; the list stays as it is. */
  async function show(next: readonly Chip[], typed: string) {
    setProblem(null)
    const loaded = await language.load().catch(() => null)
    if (!loaded) return void toast.error(ui('unreachable'))
    const asked = loaded.joinFilter(typed, next)
    asking.current = { q: asked, text: typed }
    try {
      if (asked) await api.tickets.list({ q: asked, limit: 1 })
    } catch (error) {
      if (error instanceof ORPCError && error.code === 'INVALID') {
        asking.current = null
        return setProblem(error.message)
      }
    }
    // Words alone are looked for everywhere; conditions narrow what is shown.
    const isWithin = view !== undefined && (next.length > 0 || chips.length > 0)
    const query = new URLSearchParams({ ...(isWithin ? { view } : {}), ...(asked ? { q: asked } : {}) }).toString()
    router.push(query ? `/agent?${query}` : '/agent')
  }
  const typed = () => field.current?.value ?? ''
  useKeys({ '/': () => field.current?.focus() })
  function add(example: string) {
    const input = field.current
    if (!input) return
    input.value = `${input.value.trim()} ${example}`.trim()
    input.focus()
  }
  return (
    <>
      <search className="relative ms-auto grid min-w-0 max-w-full grid-cols-[minmax(0,1fr)]">
        <form
          className="flex"
          action="/agent"
          onSubmit={(event) => {
            event.preventDefault()
            void show(chips, typed())
          }}
        >
          <SearchInput
            ref={field}
            name="q"
            defaultValue={text}
            aria-label={t('search.label')}
            aria-keyshortcuts="/"
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? 'search-problem' : undefined}
            placeholder={t('search.placeholder')}
            maxLength={maxSearchLength}
            className="w-72 min-w-0 rounded-e-none border-e-0"
          />
          <Filters timeZone={timeZone} onAdd={(chip) => void show([...chips, chip], typed())} />
          <Popover.Root>
            <Popover.Trigger aria-label={t('search.help')} className="shrink-0 rounded-e-md border bg-raised px-2 hover:bg-surface">
              <CircleHelp aria-hidden className="size-4 text-muted" {...drawnByStyle} />
            </Popover.Trigger>
            <Popover.Portal needs={help}>
              <Popover.Content
                align="end"
                sideOffset={4}
                collisionPadding={8}
                aria-label={t('search.help')}
                className="z-50 max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-md border bg-raised p-3 text-sm shadow-md"
              >
                <FilterHelp onUse={add} />
              </Popover.Content>
            </Popover.Portal>
          </Popover.Root>
        </form>
        {problem && (
          <p
            id="search-problem"
            role="alert"
            className="absolute inset-x-0 top-full z-20 mt-1 rounded-md border border-danger/40 bg-raised px-3 py-2 text-sm text-danger shadow-md"
          >
            {problem}
          </p>
        )}
      </search>
      {chips.length > 0 && (
        <ul
          aria-label={t('filters.label')}
          className="relative order-last -m-0.5 flex w-full gap-1.5 p-0.5 max-sm:overflow-x-auto sm:flex-wrap [&>*]:shrink-0"
        >
          {chips.map((chip, place) => (
            <FilterChip
              // biome-ignore lint/suspicious/noArrayIndexKey: two may say the same
              key={place}
              chip={chip}
              timeZone={timeZone}
              onChange={(changed) => void show(chips.with(place, changed), typed())}
              onRemove={() => void show(chips.toSpliced(place, 1), typed())}
            />
          ))}
        </ul>
      )}
    </>
  )
}

/** Adds a condition, from anywhere in the list by `f`. */
function Filters({ timeZone, onAdd }: { timeZone: string; onAdd: (chip: Chip) => void }) {
  const t = useTranslations('tickets.filters')
  const [isOpen, setOpen] = useState(false)
  useKeys({ f: () => setOpen(true) })
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={t('add')}
        aria-keyshortcuts="f"
        title={t('addHint')}
        className="shrink-0 border border-e-0 bg-raised px-2 hover:bg-surface"
      >
        <ListFilter aria-hidden className="size-4 text-muted" {...drawnByStyle} />
      </Popover.Trigger>
      <Popover.Portal needs={adding}>
        <Popover.Content align="end" sideOffset={4} collisionPadding={8} aria-label={t('add')} className={choiceBox}>
          <AddFilter
            timeZone={timeZone}
            onAdd={(chip) => {
              setOpen(false)
              onAdd(chip)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
