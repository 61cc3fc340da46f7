'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { Modal as Primitive } from './modal'

interface Props {
  title: string
  says?: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** For what needs room, such as a table. */
  isWide?: boolean
  /** Whether something was typed: it is not thrown away by a slip, closing asks first. */
  isChanged?: boolean
  children: ReactNode
}

export function Dialog({ title, says, isOpen, onOpenChange, isWide = false, isChanged = false, children }: Props) {
  const t = useTranslations('ui')
  const [asksToLeave, setAsksToLeave] = useState(false)
  const isHeld = isOpen && isChanged
  function change(open: boolean) {
    if (!open && isHeld) setAsksToLeave(true)
    else onOpenChange(open)
  }
  function discard() {
    setAsksToLeave(false)
    onOpenChange(false)
  }
  useEffect(() => {
    if (!isHeld) return setAsksToLeave(false)
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isHeld])
  return (
    <Primitive.Root open={isOpen} onOpenChange={change}>
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
          {asksToLeave && (
            <div
              role="alert"
              className="mb-4 flex flex-wrap items-center gap-2 rounded-md border border-warning/40 bg-note px-3 py-2 text-sm"
            >
              <span className="me-auto">{t('discardChanges')}</span>
              <Button size="small" autoFocus onClick={() => setAsksToLeave(false)}>
                {t('keepEditing')}
              </Button>
              <Button size="small" variant="danger" onClick={discard}>
                {t('discard')}
              </Button>
            </div>
          )}
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

/** Around a button that closes the dialog it stands in. */
export const DialogClose = ({ children }: { children: ReactNode }) => <Primitive.Close asChild>{children}</Primitive.Close>
