'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { choiceBox } from '@/components/ui/choice'
import { ChoiceList, choiceList } from '@/components/ui/choice-list'
import { cn } from '@/components/ui/cn'
import { Popover } from '@/components/ui/popover'
import { type Chip, isOfSeveral, operatorsOf } from './chips'
import { askedBy, useFilterWords } from './filter-words'
import { useField } from './use-fields'
import { ValueMenu } from './value-menu'

interface Props {
  chip: Chip
  timeZone: string
  onChange: (chip: Chip) => void
  onRemove: () => void
}

const part = 'flex h-full min-w-0 items-center px-2 hover:bg-surface'

/** A condition of the list: how it is asked and what for are lists of their own; Delete removes it. */
export function FilterChip({ chip, timeZone, onChange, onRemove }: Props) {
  const t = useTranslations('tickets.filters')
  const { name, operator, values } = chip
  const field = useField(name)
  const words = useFilterWords(field ? [field] : [])
  const attribute = askedBy(name)
  const label = words.name(name)
  const isMany = isOfSeveral(attribute, operator)
  const operators = operatorsOf(attribute, field?.kind)
  /** Several are chosen one after the other, and asked for together. */
  const [chosen, setChosen] = useState(values)
  function onKeyDown(event: KeyboardEvent) {
    if ((event.key !== 'Delete' && event.key !== 'Backspace') || !(event.target as HTMLElement).matches('button')) return
    event.preventDefault()
    onRemove()
  }
  return (
    <li
      data-filter=""
      className="inline-flex h-7 max-w-full items-stretch divide-x overflow-hidden rounded-md border bg-raised text-sm"
      onKeyDown={onKeyDown}
    >
      <span className="flex items-center px-2 text-muted">{label}</span>
      {operator === '..' ? (
        <span className="flex items-center px-2 text-muted">{words.operator(name, operator)}</span>
      ) : (
        <Menu label={t('operatorOf', { label })} says={words.operator(name, operator)} className="shrink-0 text-muted">
          {(close) => (
            <ChoiceList
              label={t('operatorOf', { label })}
              options={[...new Set([...operators, operator])].map((each) => ({ value: each, name: words.operator(name, each) }))}
              chosen={[operator]}
              onChoose={({ value }) => {
                close()
                const next = value as Chip['operator']
                if (next !== operator)
                  onChange({ ...chip, operator: next, values: isOfSeveral(attribute, next) ? values : values.slice(0, 1) })
              }}
            />
          )}
        </Menu>
      )}
      {operator === '..' ? (
        <bdi className="flex min-w-0 items-center truncate px-2">{words.values(chip)}</bdi>
      ) : (
        <Menu
          label={t('valueOf', { label })}
          says={words.values({ ...chip, values: chosen })}
          onClose={() => {
            if (chosen.length === 0) setChosen(values)
            else if (chosen.join('\n') !== values.join('\n')) onChange({ ...chip, values: chosen })
          }}
        >
          {(close) => (
            <ValueMenu
              name={name}
              operator={operator}
              timeZone={timeZone}
              chosen={chosen}
              isMany={isMany}
              onChoose={(value) => {
                if (isMany) return setChosen(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value])
                close()
                onChange({ ...chip, values: [value] })
              }}
            />
          )}
        </Menu>
      )}
      <button type="button" aria-label={t('remove', { label })} title={t('remove', { label })} onClick={onRemove} className={part}>
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  )
}

interface MenuProps {
  label: string
  says: string
  className?: string
  onClose?: () => void
  children: (close: () => void) => ReactNode
}

function Menu({ label, says, className, onClose, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open)
        if (!open) onClose?.()
      }}
    >
      <Popover.Trigger aria-label={`${label}: ${says}`} className={cn(part, className)}>
        <bdi className="truncate">{says}</bdi>
      </Popover.Trigger>
      <Popover.Portal needs={choiceList}>
        <Popover.Content align="start" sideOffset={4} collisionPadding={8} aria-label={label} className={choiceBox}>
          {children(() => setOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
