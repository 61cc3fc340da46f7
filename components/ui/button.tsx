import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export const buttonStyle = cva('button', {
  variants: {
    variant: {
      primary: 'bg-accent text-on-accent hover:brightness-110',
      secondary: 'border bg-raised hover:bg-surface',
      ghost: 'hover:bg-surface',
      danger: 'border border-danger/40 text-danger hover:bg-danger/10',
    },
    size: { small: 'min-h-8 px-2.5 text-sm', medium: 'min-h-9 px-3.5 text-sm', large: 'min-h-11 px-5 text-base' },
  },
  defaultVariants: { variant: 'secondary', size: 'medium' },
})

type Props = ComponentProps<'button'> & VariantProps<typeof buttonStyle> & { asChild?: boolean; isPending?: boolean }

export function Button({ className, variant, size, asChild, isPending, disabled, type = 'button', ...props }: Props) {
  const Element = asChild ? Slot.Root : 'button'
  return (
    <Element
      className={cn(buttonStyle({ variant, size }), className)}
      aria-busy={isPending || undefined}
      disabled={disabled || isPending}
      {...(asChild ? {} : { type })}
      {...props}
    />
  )
}
