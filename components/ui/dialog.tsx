'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

interface Props {
  title: string
  says?: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** For what needs room, such as a table. */
  isWide?: boolean
  children: ReactNode
}

export function Dialog({ title, says, isOpen, onOpenChange, isWide = false, children }: Props) {
  const t = useTranslations('ui')
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Primitive.Content
          aria-describedby={undefined}
          className={cn(
            'fixed inset-x-0 top-1/2 z-50 mx-auto max-h-[90vh] -translate-y-1/2 overflow-y-auto rounded-lg border bg-raised p-5',
            isWide ? 'w-[min(52rem,calc(100vw-2rem))]' : 'w-[min(32rem,calc(100vw-2rem))]',
          )}
        >
          <div className="mb-4 pe-8">
            <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
            {says && <p className="text-sm text-muted">{says}</p>}
          </div>
          {children}
          {/* Last, so that the cursor begins where one writes. */}
          <Primitive.Close aria-label={t('close')} className="absolute top-5 end-5 rounded p-1 hover:bg-surface">
            <X className="size-4" />
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
