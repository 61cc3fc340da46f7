'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useId, useRef, useState } from 'react'
import { ChoiceList, choiceList, type Option } from './choice-list'
import { cn } from './cn'
import { useKeys } from './keys'
import { Popover } from './popover'

export type { Option }

/** The frame that a list of choices opens in. */
const box = 'z-50 w-max max-w-72 rounded-md border bg-raised shadow-md'
export const choiceBox = `${box} min-w-44`

interface Props {
  /** Of the button that opens it. */
  id?: string
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
  /** A label beside it names it. */
  isPlain?: boolean
  /** The list is about to be opened, or was: what it offers can be read. */
  onNear?: () => void
  /** What it offers is on its way. */
  isLoading?: boolean
  'aria-describedby'?: string
  'aria-invalid'?: true
}

/**
 * A list to choose from that can be typed into. Looking through it changes
 * nothing; Enter or a click does.
 */
export function Choice(props: Props) {
  const {
    id,
    label,
    options,
    value,
    onChoose,
    isMany,
    isDisabled,
    shortcut,
    trigger,
    className,
    side = 'bottom',
    startsOpen = false,
    onNear,
    isLoading,
  } = props
  const t = useTranslations('ui')
  const format = useFormatter()
  const button = useRef<HTMLButtonElement>(null)
  const placeholder = props.placeholder ?? t('none')
  const [isOpen, setOpen] = useState(startsOpen)
  const list = useId()
  const chosen = typeof value === 'string' ? [value] : value
  const current = options.filter((option) => chosen.includes(option.value))
  const [first] = current
  function open() {
    if (isDisabled) return false
    onNear?.()
    setOpen(true)
  }
  useKeys(shortcut ? { [shortcut]: open } : {})
  function choose(option: Option) {
    if (!isMany) setOpen(false)
    if (isMany || option.value !== value) onChoose(option.value)
  }
  return (
    <Popover.Root
      open={isOpen}
      // Within a dialog, what is not the dialog's own can't be scrolled, unless it is modal itself.
      modal={isOpen && isInDialog(button.current)}
      onOpenChange={(wish) => (wish ? open() : setOpen(false))}
    >
      <Popover.Trigger
        ref={button}
        id={id}
        disabled={isDisabled}
        onPointerEnter={onNear}
        onFocus={onNear}
        aria-label={trigger || props.isPlain ? undefined : label}
        aria-describedby={props['aria-describedby']}
        aria-invalid={props['aria-invalid']}
        aria-keyshortcuts={shortcut}
        title={shortcut ? `${label} (${shortcut})` : undefined}
        role={trigger ? undefined : 'combobox'}
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        className={cn(trigger ? 'choice-trigger' : 'choice', className)}
      >
        {trigger ?? (
          <>
            {current.length === 1 && first?.icon}
            <span dir="auto" className={cn('min-w-0 flex-1 truncate', !first && 'text-muted')}>
              {first
                ? format.list(
                    current.map(({ name }) => name),
                    { type: 'unit' },
                  )
                : placeholder}
            </span>
            {!isDisabled && <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />}
          </>
        )}
      </Popover.Trigger>
      <Popover.Portal needs={choiceList}>
        <Popover.Content
          aria-label={label}
          side={side}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          // What is typed here is no change of the form around it.
          onInput={(event) => event.stopPropagation()}
          className={cn(box, 'min-w-[max(11rem,var(--radix-popover-trigger-width))]')}
        >
          <ChoiceList id={list} label={label} options={options} chosen={chosen} isMany={isMany} isLoading={isLoading} onChoose={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

export const isInDialog = (element: HTMLElement | null) => element?.closest('[role=dialog], [role=alertdialog]') != null
