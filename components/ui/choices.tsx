'use client'

import { Check } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cn } from './cn'

export interface Option {
  value: string
  name: string
  icon?: ReactNode
}

export interface ChoiceListProps {
  id?: string
  label: string
  options: Option[]
  chosen: readonly string[]
  isMany?: boolean
  /** More is on its way. */
  isLoading?: boolean
  onChoose: (option: Option) => void
  onType?: (typed: string) => void
  /** What can be chosen as typed, though it is not in the list. */
  typedOption?: (typed: string) => Option | null
}

/** A field and the entries that match what is typed into it. Looking through them changes nothing; Enter or a click does. */
export function Choices({ id, label, options, chosen, isMany, isLoading, onChoose, onType, typedOption }: ChoiceListProps) {
  const t = useTranslations('ui')
  const own = useId()
  const list = id ?? own
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      options.findIndex(({ value }) => chosen.includes(value)),
    ),
  )
  const box = useRef<HTMLDivElement>(null)
  const wanted = typed.trim().toLowerCase()
  const found = options.filter(({ name }) => name.toLowerCase().includes(wanted))
  const extra = wanted && !found.some(({ name }) => name.toLowerCase() === wanted) ? typedOption?.(typed) : null
  const shown = extra ? [...found, extra] : found
  useEffect(() => {
    box.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at])
  /** Enter was pressed before there was anything to choose: what comes for the same words is meant. */
  const isAwaited = useRef(false)
  const first = shown[at]
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about what has come
  useEffect(() => {
    if (!isAwaited.current || !first) return
    isAwaited.current = false
    onChoose(first)
  }, [first?.value])
  function onKeyDown(event: KeyboardEvent) {
    const last = shown.length - 1
    const steps: Record<string, number> = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }
    const step = steps[event.key]
    if (step !== undefined) setAt(step)
    else if (event.key !== 'Enter') return
    else if (first) onChoose(first)
    else isAwaited.current = true
    event.preventDefault()
  }
  return (
    <>
      <input
        role="combobox"
        aria-label={t('search', { label })}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={shown[at] ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        value={typed}
        placeholder={label}
        onChange={(event) => {
          isAwaited.current = false
          setTyped(event.target.value)
          setAt(0)
          onType?.(event.target.value)
        }}
        onKeyDown={onKeyDown}
        className="h-8 w-full border-b bg-transparent px-2.5 text-sm outline-none placeholder:text-muted"
      />
      <div
        ref={box}
        id={list}
        role="listbox"
        aria-label={label}
        aria-multiselectable={isMany || undefined}
        className="max-h-64 overflow-y-auto p-1"
      >
        {shown.map((option, place) => {
          const isChosen = chosen.includes(option.value)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
            <div
              key={option.value}
              id={`${list}-${place}`}
              data-at={place}
              role="option"
              aria-selected={isChosen}
              onPointerMove={() => setAt(place)}
              onClick={() => onChoose(option)}
              className={cn('flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm', place === at && 'bg-line/60')}
            >
              <span aria-hidden className="w-4 shrink-0">
                {isChosen && <Check className="size-4" />}
              </span>
              {option.icon}
              <span dir="auto" className="min-w-0 truncate">
                {option.name}
              </span>
            </div>
          )
        })}
      </div>
      {(isLoading || shown.length === 0) && (
        <p role="status" className="px-3 pb-2 text-sm text-muted">
          {t(isLoading ? 'loading' : 'noMatches')}
        </p>
      )}
    </>
  )
}
