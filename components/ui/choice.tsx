'use client'

import { Check, ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Popover } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cn } from './cn'
import { useKeys } from './keys'

export interface Option {
  value: string
  name: string
  icon?: ReactNode
}

interface Props {
  label: string
  options: Option[]
  /** Chosen now; several with `isMany`. */
  value: string | readonly string[]
  onChoose: (value: string) => void
  isMany?: boolean
  isDisabled?: boolean
  /** Key that opens it from anywhere on the page. */
  shortcut?: string
  /** Shown when nothing is chosen. */
  placeholder?: string
  /** In place of the chosen value, for a list that hangs on a plain button. */
  trigger?: ReactNode
  className?: string
  side?: 'top' | 'bottom'
  startsOpen?: boolean
}

/**
 * A list to choose from that can be typed into. Looking through it changes
 * nothing; Enter or a click does.
 */
export function Choice(props: Props) {
  const { label, options, value, onChoose, isMany, isDisabled, shortcut, trigger, className, side = 'bottom', startsOpen = false } = props
  const t = useTranslations('ui')
  const placeholder = props.placeholder ?? t('none')
  const [isOpen, setOpen] = useState(startsOpen)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const box = useRef<HTMLDivElement>(null)
  const chosen = typeof value === 'string' ? [value] : value
  const wanted = typed.trim().toLowerCase()
  const shown = options.filter(({ name }) => name.toLowerCase().includes(wanted))
  const current = options.find((option) => option.value === value)
  function open() {
    if (isDisabled) return false
    setTyped('')
    const place = options.findIndex((option) => chosen.includes(option.value))
    setAt(Math.max(0, place))
    setOpen(true)
  }
  useKeys(shortcut ? { [shortcut]: open } : {})
  useEffect(() => {
    if (isOpen) box.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at, isOpen])
  function choose(option: Option | undefined) {
    if (!option) return
    if (!isMany) setOpen(false)
    if (isMany || option.value !== value) onChoose(option.value)
  }
  function onKeyDown(event: KeyboardEvent) {
    const last = shown.length - 1
    const steps: Record<string, number> = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }
    const step = steps[event.key]
    if (step !== undefined) setAt(step)
    else if (event.key === 'Enter') choose(shown[at])
    else return
    event.preventDefault()
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={(wish) => (wish ? open() : setOpen(false))}>
      <Popover.Trigger
        disabled={isDisabled}
        aria-label={trigger ? undefined : label}
        aria-keyshortcuts={shortcut}
        title={shortcut ? `${label} (${shortcut})` : undefined}
        role={trigger ? undefined : 'combobox'}
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        className={cn(
          trigger
            ? 'inline-flex items-center gap-1.5 rounded-md border bg-raised px-2.5 text-sm font-medium hover:bg-surface [&_svg]:size-4'
            : 'flex w-full items-center gap-2 rounded-md border bg-raised px-2.5 text-start text-sm',
          'h-8 disabled:opacity-60',
          className,
        )}
      >
        {trigger ?? (
          <>
            {current?.icon}
            <span dir="auto" className={cn('min-w-0 flex-1 truncate', !current && 'text-muted')}>
              {current?.name ?? placeholder}
            </span>
            {!isDisabled && <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />}
          </>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={label}
          side={side}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-max max-w-72 min-w-[max(11rem,var(--radix-popover-trigger-width))] rounded-md border bg-raised shadow-md"
        >
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
              setTyped(event.target.value)
              setAt(0)
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
                  onClick={() => choose(option)}
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
          {shown.length === 0 && <p className="px-3 pb-2 text-sm text-muted">{t('noMatches')}</p>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
