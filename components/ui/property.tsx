import { type ReactNode, useId, useState } from 'react'

interface PropertyProps {
  label: string
  /** What went wrong when it was saved. */
  problem?: string
  children: ReactNode
}

/** A row of a name and, beside it, a value that is edited where it stands. */
export function Property({ label, problem, children }: PropertyProps) {
  return (
    <div className="property">
      <span aria-hidden>{label}</span>
      {children}
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}

interface InputProps {
  label: string
  value: string
  isDisabled?: boolean
  inputMode?: 'numeric' | 'decimal'
  maxLength?: number
  placeholder?: string
  /** Several lines, as many as there are. */
  isLong?: boolean
  problem?: string
  onSave: (said: string) => void
}

/** Typed text; saved when the field is left or Enter is pressed, not with every key. Escape takes back what was typed. */
export function PropertyInput({ label, value, isDisabled, isLong, problem, onSave, ...rest }: InputProps) {
  const [typed, setTyped] = useState(value)
  const id = useId()
  const Control = isLong ? 'textarea' : 'input'
  return (
    <div className="property">
      <label htmlFor={id}>{label}</label>
      <Control
        {...rest}
        id={id}
        dir="auto"
        rows={isLong ? 1 : undefined}
        autoComplete="off"
        value={typed}
        disabled={isDisabled}
        aria-invalid={problem ? true : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => typed !== value && onSave(typed)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isLong) event.currentTarget.blur()
          if (event.key !== 'Escape') return
          // Back to the ticket's own keys; going back to the list takes another press.
          event.stopPropagation()
          setTyped(value)
          const { currentTarget } = event
          requestAnimationFrame(() => currentTarget.blur())
        }}
      />
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
    </div>
  )
}
