'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field, Input } from './field'

interface Props {
  /** What the button and the confirmation say: "Delete". */
  action: string
  title: string
  says: string
  isPending: boolean
  onConfirm: () => Promise<boolean>
  icon?: ReactNode
  /** Shows the icon alone, where many stand together. */
  isCompact?: boolean
  /** What cannot be undone asks for this name to be typed. */
  typeToConfirm?: string
  /** Of a question that stands open without a button of its own: it was answered or closed. */
  onClose?: () => void
}

/** A dangerous action with one question in between. */
export function ConfirmButton({ action, title, says, isPending, onConfirm, icon, isCompact, typeToConfirm, onClose }: Props) {
  const t = useTranslations('ui')
  const [isOpen, setOpen] = useState(onClose !== undefined)
  const [typed, setTyped] = useState('')
  const isSure = !typeToConfirm || typed.trim().toLowerCase() === typeToConfirm.toLowerCase()
  function change(open: boolean) {
    setOpen(open)
    if (!open) onClose?.()
  }
  const confirm = async () => {
    if (isSure && (await onConfirm())) change(false)
  }
  return (
    <>
      {!onClose && (
        <Button
          variant={isCompact ? 'ghost' : 'danger'}
          size="small"
          onClick={() => setOpen(true)}
          aria-label={t('actionOn', { action, title })}
          title={isCompact ? title : undefined}
        >
          {icon}
          {!isCompact && action}
        </Button>
      )}
      <Dialog title={title} says={says} isOpen={isOpen} onOpenChange={change}>
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            void confirm()
          }}
        >
          {typeToConfirm && (
            <Field label={t('typeToConfirm', { text: typeToConfirm })}>
              {(control) => <Input {...control} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />}
            </Field>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => change(false)}>{t('cancel')}</Button>
            <Button type="submit" variant="danger" isPending={isPending} disabled={!isSure}>
              {action}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
