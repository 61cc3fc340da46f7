'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useFormatter, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { richTextOf } from '@/lib/core/plain'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'
import { api } from '@/lib/wiring/client'
import { MailSourceDialog } from './message-source'

const Editor = dynamic(() => import('@/components/ui/editor').then((module) => module.Editor), { ssr: false })

interface DialogProps {
  message: MessageOutput
  ticketId: string
  onClose: () => void
}

export interface MessageDialogProps extends DialogProps {
  asked: 'received' | 'sent' | 'split' | 'edit' | 'edits'
}

/** What staff open of one message. */
export function MessageDialog({ asked, ...props }: MessageDialogProps) {
  const { message, onClose } = props
  switch (asked) {
    case 'received':
      return message.mail?.id ? <MailSourceDialog id={message.mail.id} isSent={false} onClose={onClose} /> : null
    case 'sent':
      return message.delivery ? <MailSourceDialog id={message.delivery.mailId} isSent onClose={onClose} /> : null
    case 'split':
      return <Split {...props} />
    case 'edit':
      return <EditNote {...props} />
    case 'edits':
      return <Edits {...props} />
  }
}

/** A message that is about something else becomes a ticket of its own. */
function Split({ message, ticketId: id, onClose }: DialogProps) {
  const t = useTranslations('tickets.message')
  const router = useRouter()
  const { run, error, isPending } = useAction(api.tickets.split, {
    isForm: true,
    success: t('splitDone'),
    onDone(made) {
      router.push(`/agent/tickets/${made.id}`)
      return false
    },
  })
  return (
    <Dialog title={t('splitTitle')} says={t('splitSays')} isOpen onOpenChange={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void run({ id, messageId: message.id, title: String(new FormData(event.currentTarget).get('title')) })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label={t('newTitle')} errors={error?.fields.title}>
          {(control) => <Input {...control} name="title" dir="auto" maxLength={200} required autoFocus />}
        </Field>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {t('split')}
        </Button>
      </form>
    </Dialog>
  )
}

function EditNote({ message, ticketId, onClose }: DialogProps) {
  const t = useTranslations('tickets.message')
  const common = useTranslations('common')
  const stored = message.bodyHtml ?? richTextOf(message.bodyText)
  const [html, setHtml] = useState(stored)
  const { run, error, isPending } = useAction(api.tickets.editNote, {
    isForm: true,
    success: t('noteSaved'),
    onDone: onClose,
  })
  const save = () => void run({ id: ticketId, messageId: message.id, bodyHtml: html })
  return (
    <Dialog title={t('editNote')} isOpen onOpenChange={onClose}>
      <div className="mb-3 rounded-md border">
        <Editor label={t('note')} placeholder={t('note')} html={stored} onChange={setHtml} onSubmit={save} />
      </div>
      <FormError>{error?.message}</FormError>
      <Button variant="primary" isPending={isPending} onClick={save} className="mt-3">
        {common('save')}
      </Button>
    </Dialog>
  )
}

function Edits({ message: { id: messageId }, ticketId: id, onClose }: DialogProps) {
  const t = useTranslations('tickets.message')
  const format = useFormatter()
  const [items, setItems] = useState<{ bodyText: string; editedAt: Date }[]>([])
  const [isRead, setRead] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when it is opened
  useEffect(() => {
    api.tickets.edits({ id, messageId }).then(
      (answer) => {
        setItems(answer.items)
        setRead(true)
      },
      () => {
        toast.error(t('editsFailed'))
        onClose()
      },
    )
  }, [])
  return (
    <Dialog title={t('edits')} isOpen={isRead} onOpenChange={onClose}>
      <ol className="grid gap-3">
        {items.map(({ bodyText, editedAt }) => (
          <li key={editedAt.toISOString()} className="rounded-md border p-3 text-sm">
            <p className="mb-1 text-muted">{t('until', { at: format.dateTime(editedAt, 'moment') })}</p>
            <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
              {bodyText}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  )
}
