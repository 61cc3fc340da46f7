import { type ComponentProps, cloneElement, type ReactElement } from 'react'
import { cn } from './cn'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'

interface Look {
  variant?: ButtonVariant
  size?: 'small' | 'medium' | 'large'
  className?: string
  isPending?: boolean
}

/** How a button looks (`app/controls.css`), for what is none. */
export const buttonClass = ({ variant = 'secondary', size = 'medium', className }: Omit<Look, 'isPending'> = {}) =>
  cn('button', `button-${variant}`, `button-${size}`, className)

type Plain = ComponentProps<'button'> & Look
/** What it contains looks like a button: a link. */
type AsChild = Look & { asChild: true; children: ReactElement<{ className?: string; 'aria-busy'?: boolean }> }

export function Button(props: (Plain & { asChild?: false }) | AsChild) {
  if (props.asChild) {
    const { children, variant, size, className, isPending } = props
    const look = cn(buttonClass({ variant, size, className }), children.props.className)
    return cloneElement(children, { className: look, 'aria-busy': isPending || undefined })
  }
  const { asChild: _, variant, size, className, isPending, disabled, type = 'button', ...others } = props
  return (
    <button
      type={type}
      className={buttonClass({ variant, size, className })}
      aria-busy={isPending || undefined}
      disabled={disabled || isPending}
      {...others}
    />
  )
}
