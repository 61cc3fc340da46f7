'use client'

import type { LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button, type ButtonVariant } from './button'
import { Dialog, DialogClose } from './dialog'
import { FormError } from './form-error'
import type { ActionError } from './use-action'

interface Props {
  /** Stands before the trigger's words. */
  icon?: LucideIcon
  trigger?: ReactNode
  triggerVariant?: ButtonVariant
  triggerSize?: 'small' | 'medium'
  title: string
  says?: string
  submit: string
  error: ActionError | null
  isPending: boolean
  /** There is nothing to send yet. */
  isDisabled?: boolean
  /** Sends the form; true closes the dialog. */
  onSubmit: (form: FormData) => Promise<boolean>
  /** Of a dialog that stands open without a button of its own: it was closed. */
  onClose?: () => void
  children: ReactNode
}

/** A button that opens a form. What was typed is not thrown away by a slip: closing asks first. */
export function FormDialog(props: Props) {
  const {
    icon: Icon,
    trigger,
    triggerVariant,
    triggerSize,
    title,
    says,
    submit,
    error,
    isPending,
    isDisabled,
    onSubmit,
    onClose,
    children,
  } = props
  const t = useTranslations('ui')
  const [isOpen, setOpen] = useState(onClose !== undefined)
  const [isTouched, setTouched] = useState(false)
  function change(open: boolean) {
    setTouched(false)
    setOpen(open)
    if (!open) onClose?.()
  }
  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (await onSubmit(new FormData(event.currentTarget))) change(false)
  }
  return (
    <>
      {!onClose && (
        <Button
          variant={triggerVariant}
          size={triggerSize ?? (triggerVariant === 'primary' ? 'medium' : 'small')}
          onClick={() => change(true)}
        >
          {Icon && <Icon aria-hidden />} {trigger}
        </Button>
      )}
      <Dialog title={title} says={says} isOpen={isOpen} onOpenChange={change} isChanged={isTouched}>
        <form className="grid gap-4" onSubmit={send} onInput={() => setTouched(true)}>
          <FormError>{error?.message}</FormError>
          {children}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" variant="primary" isPending={isPending} disabled={isDisabled}>
              {submit}
            </Button>
            <DialogClose>
              <Button>{t('cancel')}</Button>
            </DialogClose>
          </div>
        </form>
      </Dialog>
    </>
  )
}
