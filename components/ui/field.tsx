import { Search } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './cn'
import { drawnByStyle } from './icon'

export const Input = ({ className, ...props }: ComponentProps<'input'>) => <input className={cn('control', className)} {...props} />

/** Of type `text`: browsers refuse addresses that mail has, such as those with an underscore in the domain. */
export const EmailInput = (props: ComponentProps<'input'>) => (
  <Input inputMode="email" autoCapitalize="none" spellCheck={false} dir="ltr" {...props} type="text" />
)

export const Textarea = ({ className, ...props }: ComponentProps<'textarea'>) => (
  <textarea className={cn('control', className)} {...props} />
)

export const Select = ({ className, ...props }: ComponentProps<'select'>) => <select className={cn('control', className)} {...props} />

/** What a select offers, by its name. */
export const Options = ({ of }: { of: readonly { id: string; name: string }[] }) =>
  of.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ))

/** What searches; its sign stands beside the input, which is read the way of what is typed. */
export const SearchInput = ({ className, ...props }: ComponentProps<'input'>) => (
  <span className={cn('search-input', className)}>
    <Search aria-hidden className="size-4 shrink-0 text-muted" {...drawnByStyle} />
    <input type="search" dir="auto" className="h-full min-w-0 flex-1 bg-transparent pe-2 text-sm outline-none" {...props} />
  </span>
)

interface FieldProps {
  label: string
  hint?: string
  errors?: string[]
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}

/** A labelled control with its hint and what is wrong with it, tied together for screen readers. */
export function Field({ label, hint, errors, children }: FieldProps) {
  const id = useId()
  const isInvalid = Boolean(errors?.length)
  const described = isInvalid ? `${id}-error` : hint ? `${id}-hint` : undefined
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, ...(isInvalid ? { 'aria-invalid': true } : {}) })}
      {isInvalid ? (
        <p id={`${id}-error`} className="text-sm text-danger">
          {errors?.join(' ')}
        </p>
      ) : hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

export function Checkbox({ label, className, ...props }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className={cn('flex items-start gap-2 text-sm', className)}>
      <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" {...props} />
      <span>{label}</span>
    </label>
  )
}
