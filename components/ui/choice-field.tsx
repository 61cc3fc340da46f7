'use client'

import { useEffect, useRef, useState } from 'react'
import { Choice, type Option } from './choice'
import { cn } from './cn'

interface Props {
  id?: string
  label: string
  options: Option[]
  /** Of a form that is sent whole. */
  name?: string
  defaultValue?: string
  value?: string
  onChange?: (value: string) => void
  required?: boolean
  disabled?: boolean
  placeholder?: string
  /** Nothing beside it names it. */
  isAlone?: boolean
  'aria-describedby'?: string
  'aria-invalid'?: true
  className?: string
}

/** A list of choices as a control of a form; of a form that has to work without JavaScript, `Select` is. */
export function ChoiceField({ name, defaultValue = '', value, onChange, required, disabled, isAlone, className, ...rest }: Props) {
  const [own, setOwn] = useState(defaultValue)
  const chosen = value ?? own
  return (
    <span className={cn('relative block min-w-0', className)}>
      <Choice
        {...rest}
        value={chosen}
        isDisabled={disabled}
        isPlain={!isAlone}
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

/** What a form sends of a control that is no input of its own; a required one is asked for where it stands. */
export function SentValue({ name, value, required }: { name?: string; value: string; required?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const before = useRef(value)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    // The form hears of it as of any other input.
    input.current?.dispatchEvent(new Event('input', { bubbles: true }))
  }, [value])
  return (
    <input
      ref={input}
      name={name}
      value={value}
      required={required}
      readOnly={!required}
      onChange={() => {}}
      aria-hidden
      tabIndex={-1}
      onFocus={({ currentTarget }) => currentTarget.parentElement?.querySelector('button')?.focus()}
      className="pointer-events-none absolute inset-x-0 bottom-0 h-px opacity-0"
    />
  )
}
