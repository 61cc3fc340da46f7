'use client'

import { type FormEvent, type ReactNode, useState } from 'react'
import { Button, type buttonStyle } from './button'
import { Dialog } from './dialog'
import { FormError } from './field'
import type { ActionError } from './use-action'

interface Props {
  trigger: ReactNode
  triggerVariant?: NonNullable<Parameters<typeof buttonStyle>[0]>['variant']
  title: string
  says?: string
  submit: string
  error: ActionError | null
  isPending: boolean
  /** Sends the form; true closes the dialog. */
  onSubmit: (form: FormData) => Promise<boolean>
  children: ReactNode
}

/** A button that opens a form; what is wrong with a field shows at the field, the rest on top. */
export function FormDialog({ trigger, triggerVariant, title, says, submit, error, isPending, onSubmit, children }: Props) {
  const [isOpen, setOpen] = useState(false)
  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (await onSubmit(new FormData(event.currentTarget))) setOpen(false)
  }
  return (
    <>
      <Button variant={triggerVariant} size={triggerVariant === 'primary' ? 'medium' : 'small'} onClick={() => setOpen(true)}>
        {trigger}
      </Button>
      <Dialog title={title} says={says} isOpen={isOpen} onOpenChange={setOpen}>
        <form className="grid gap-4" onSubmit={send}>
          <FormError>{error && Object.keys(error.fields).length === 0 ? error.message : error?.fields['']?.join(' ')}</FormError>
          {children}
          <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
            {submit}
          </Button>
        </form>
      </Dialog>
    </>
  )
}
