'use client'

import { CalendarDays } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useRef, useState } from 'react'
import { isInDialog } from './choice'
import { cn } from './cn'
import type { DateMenuProps } from './date-choices'
import { withinPopover } from './on-demand'
import { Popover } from './popover'
import { useSaidDate } from './said-date'

const [choices, Choices] = withinPopover(async () => (await import('./date-choices')).DateChoices)

/** A date, chosen from what is chosen most, typed, or picked from a calendar. */
export function DateMenu(props: DateMenuProps) {
  const { id, label, value, onChoose, timeZone, isDay = false, isDisabled, className } = props
  const t = useTranslations('ui')
  const [isOpen, setOpen] = useState(false)
  const box = useId()
  const say = useSaidDate(isDay)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen} modal={isOpen && isInDialog(button.current)}>
      <Popover.Trigger
        ref={button}
        id={id}
        disabled={isDisabled}
        role="combobox"
        aria-haspopup="dialog"
        aria-label={props.isPlain ? undefined : label}
        aria-describedby={props['aria-describedby']}
        aria-invalid={props['aria-invalid']}
        aria-expanded={isOpen}
        aria-controls={isOpen ? box : undefined}
        className={cn('choice', className)}
      >
        <span className={cn('min-w-0 flex-1 truncate', !value && 'text-muted')}>{value ? say(value) : t('none')}</span>
        {!isDisabled && <CalendarDays aria-hidden className="size-3.5 shrink-0 text-muted" />}
      </Popover.Trigger>
      <Popover.Portal needs={choices}>
        <Popover.Content
          id={box}
          aria-label={label}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onInput={(event) => event.stopPropagation()}
          className="z-50 max-h-(--radix-popover-content-available-height) w-72 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-md border bg-raised p-2 shadow-md"
        >
          <Choices
            {...props}
            timeZone={timeZone}
            onChoose={(next) => {
              setOpen(false)
              if (next !== value) onChoose(next)
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
