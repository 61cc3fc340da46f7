'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { cn } from './cn'

export interface Chip {
  value: string
  name: string
  /** More of it, on hover. */
  title?: string
  tone?: 'danger' | 'warning'
}

export interface Suggestion {
  value: string
  name: string
  /** What tells it from others of that name. */
  says?: string
}

interface Props {
  id: string
  label: string
  chips: Chip[]
  /** For what is typed now. */
  suggestions: Suggestion[]
  onType: (typed: string) => void
  /** What was typed or pasted; false where it can't be taken, and stays in the field. */
  onAdd: (text: string) => boolean
  /** A suggestion, by its value. */
  onPick: (value: string) => void
  /** All that are left. */
  onChange: (values: string[]) => void
  /** What the button says that removes a chip. */
  removal: (chip: Chip) => string
  /** Of the list of chips, where the field's own does not do. */
  listLabel?: string
  /** Whether what is typed ends with this key, beside Enter. */
  isEnd: (key: string, typed: string) => boolean
  /** Whether pasted text is taken at once. */
  isTaken: (pasted: string) => boolean
  isDisabled?: boolean
  isFocused?: boolean
  /** A key that leads here from anywhere on the page. */
  shortcut?: string
  placeholder?: string
  maxLength?: number
  /** An element that says what is wrong. */
  describedBy?: string
  isInvalid?: boolean
  className?: string
}

/**
 * Several values as chips: typed, pasted or chosen from suggestions. Enter takes what is typed, Backspace in the empty field the last chip
 * away; Escape closes the suggestions, takes
 * back what is typed, then leaves the field.
 */
export function ChipField(props: Props) {
  const { id, label, chips, onAdd, onPick, onChange, removal, isDisabled, isFocused } = props
  const t = useTranslations('ui')
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(-1)
  const [isClosed, setClosed] = useState(false)
  const shown = typed.trim() === '' || isClosed ? [] : props.suggestions
  const isOpen = shown.length > 0
  useEffect(() => {
    if (isFocused) input.current?.focus()
  }, [isFocused])
  // Typed before the page had its code: the next rendering would take it away.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it comes alive
  useLayoutEffect(() => {
    if (input.current?.value) type(input.current.value)
  }, [])
  useEffect(() => {
    if (!isOpen) return
    list.current?.scrollIntoView({ block: 'nearest' })
    // Heard before a dialog hears of it, which would close.
    const close = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      setClosed(true)
    }
    window.addEventListener('keydown', close, { capture: true })
    return () => window.removeEventListener('keydown', close, { capture: true })
  }, [isOpen])
  function type(text: string) {
    setTyped(text)
    setAt(-1)
    setClosed(false)
    props.onType(text)
  }
  /** @param text what stands in the field: it may have been typed before this code was there to hear of it */
  const take = (text: string) => type(text.trim() !== '' && !onAdd(text) ? text : '')
  function pick(option: Suggestion) {
    onPick(option.value)
    type('')
  }
  const remove = (place: number) => onChange(chips.flatMap(({ value }, other) => (other === place ? [] : [value])))
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return
    const { value } = event.currentTarget
    const option = shown[at]
    if (event.key === 'ArrowDown' && isOpen) setAt((at + 1) % shown.length)
    else if (event.key === 'ArrowUp' && isOpen) setAt((at <= 0 ? shown.length : at) - 1)
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) option ? pick(option) : take(value)
    else if (props.isEnd(event.key, value)) take(value)
    else if (event.key === 'Backspace' && value === '' && chips.length > 0) remove(chips.length - 1)
    else if (event.key === 'Escape') value ? type('') : event.currentTarget.blur()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className={cn('relative flex min-w-0 flex-wrap items-center gap-1', props.className)}>
      <ul aria-label={props.listLabel ?? t('selectedValues')} className="contents empty:hidden">
        {chips.map((chip, place) => (
          <li
            key={chip.value}
            title={chip.title}
            className={cn(
              'flex max-w-full items-center gap-1 rounded-full border bg-surface ps-2 text-sm',
              isDisabled && 'pe-2',
              chip.tone === 'danger' && 'border-danger text-danger',
              chip.tone === 'warning' && 'border-warning',
            )}
          >
            <bdi className="truncate">{chip.name}</bdi>
            {!isDisabled && (
              <button
                type="button"
                aria-label={removal(chip)}
                className="rounded-full p-1 hover:bg-line/60"
                onClick={() => {
                  remove(place)
                  input.current?.focus()
                }}
              >
                <X aria-hidden className="size-3.5" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!isDisabled && (
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-list` : undefined}
          aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-invalid={props.isInvalid || undefined}
          aria-describedby={props.describedBy}
          aria-keyshortcuts={props.shortcut}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text/plain')
            if (!props.isTaken(text)) return
            event.preventDefault()
            take(typed + text)
          }}
          onBlur={(event) => take(event.target.value)}
          onKeyDown={onKeyDown}
          className="h-6 min-w-16 flex-1 bg-transparent px-1 text-sm outline-none placeholder:text-muted focus-visible:outline-2 focus-visible:outline-link"
        />
      )}
      {isOpen && (
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          className="absolute start-0 top-full z-40 mt-1 max-h-48 w-72 max-w-full overflow-y-auto rounded-md border bg-raised p-1 text-sm shadow-md"
        >
          {shown.map((option, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
            <div
              key={option.value}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setAt(place)}
              onClick={() => pick(option)}
              className={cn('cursor-pointer rounded px-2 py-1', place === at && 'bg-line/60')}
            >
              <bdi className="block truncate">{option.name}</bdi>
              {option.says && <span className="block truncate text-xs text-muted">{option.says}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
