'use client'

import { useState } from 'react'
import { SentValue } from './choice-field'
import { cn } from './cn'
import { DateMenu } from './date-menu'

interface Props {
  id?: string
  label: string
  /** Nothing beside it names it. */
  isAlone?: boolean
  /** Of a form that is sent whole. */
  name?: string
  defaultValue?: string
  /** As `DateMenu` has it. */
  value?: string
  onChange?: (value: string) => void
  timeZone?: string
  isDay?: boolean
  required?: boolean
  'aria-describedby'?: string
  'aria-invalid'?: true
  className?: string
}

/** A date as a control of a form. */
export function DateField({ name, defaultValue = '', value, onChange, required, isAlone, timeZone = 'UTC', className, ...rest }: Props) {
  const [own, setOwn] = useState(defaultValue)
  const chosen = value ?? own
  return (
    <span className={cn('relative block min-w-0', className)}>
      <DateMenu
        {...rest}
        isPlain={!isAlone}
        value={chosen}
        timeZone={timeZone}
        required={required}
        onChoose={(next) => {
          setOwn(next)
          onChange?.(next)
        }}
        className="h-9 px-3 text-[0.95em]"
      />
      <SentValue name={name} value={chosen} required={required} />
    </span>
  )
}
