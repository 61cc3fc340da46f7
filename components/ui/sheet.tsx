'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Modal as Primitive } from './modal'

interface Props {
  title: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
}

/** What a phone shows above the page, from its lower edge. */
export function Sheet({ title, isOpen, onOpenChange, children }: Props) {
  const t = useTranslations('ui')
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Primitive.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] overflow-y-auto overscroll-contain rounded-t-xl border-t bg-raised px-4 pb-[calc(1rem+env(safe-area-inset-bottom))] text-[14px]"
        >
          <div className="sticky top-0 z-10 -mx-4 mb-2 flex items-center justify-between gap-3 border-b bg-raised px-4 py-2">
            <Primitive.Title className="min-w-0 truncate text-base font-semibold">{title}</Primitive.Title>
            <Primitive.Close aria-label={t('close')} className="-me-2 grid size-10 shrink-0 place-items-center rounded-md hover:bg-surface">
              <X aria-hidden className="size-5" />
            </Primitive.Close>
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
