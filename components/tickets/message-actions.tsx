'use client'

import { CircleCheck, FileCode2, Flag, History, Link, Pencil, Split as Split2, ThumbsUp } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
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

interface Props {
  message: MessageOutput
  ticketId: string
  mayUpdate: boolean
}

/** What staff do with one message. */
export function MessageActions({ message, ticketId: id, mayUpdate }: Props) {
  const t = useTranslations('tickets')
  const ui = useTranslations('ui')
  const { id: messageId, kind, isSolution, isFlagged, isLiked, likes, mayEdit, editedAt } = message
  const isMarked = isSolution || isFlagged || isLiked || likes > 0 || editedAt !== null
  const mark = useAction(api.tickets.markMessage)
  const [isAwake, setAwake] = useState(false)
  useEffect(() => setAwake(true), [])
  const toggle = (name: 'solution' | 'flag' | 'like', isOn: boolean) => void mark.run({ id, messageId, mark: name, isOn })
  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${window.location.origin}${window.location.pathname}#message-${messageId}`)
      toast.success(t('message.linkCopied'))
    } catch {
      toast.error(ui('copyRefused'))
    }
  }
  // They are of use to a browser that runs the page; what floats takes no room until then.
  if (!isMarked && !isAwake) return null
  return (
    <footer
      className={cn(
        'mt-2 -mb-1 flex flex-wrap items-center gap-1 text-xs',
        // Without a mark they float over the edge of the card when it is pointed at, and take no room in it.
        !isMarked &&
          'sm:absolute sm:end-3 sm:-bottom-3 sm:m-0 sm:rounded-md sm:border sm:bg-raised sm:px-1 sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100',
      )}
    >
      <Tool name={t('message.like')} isOn={isLiked} onUse={() => toggle('like', !isLiked)} icon={<ThumbsUp aria-hidden />} count={likes} />
      {mayUpdate && kind !== 'note' && (
        <Tool
          name={t('conversation.solution')}
          isOn={isSolution}
          onUse={() => toggle('solution', !isSolution)}
          icon={<CircleCheck aria-hidden />}
        />
      )}
      {mayUpdate && <Tool name={t('message.flag')} isOn={isFlagged} onUse={() => toggle('flag', !isFlagged)} icon={<Flag aria-hidden />} />}
      <Tool name={t('message.copyLink')} onUse={() => void copyLink()} icon={<Link aria-hidden />} />
      {message.mail?.id && <Original mailId={message.mail.id} />}
      {message.delivery && <Original mailId={message.delivery.mailId} isSent />}
      {mayUpdate && (kind === 'reply' || message.isStranger) && <Split message={message} ticketId={id} />}
      {mayEdit && <EditNote message={message} ticketId={id} />}
      {editedAt && <Edits ticketId={id} messageId={messageId} />}
    </footer>
  )
}

function Tool(props: { name: string; icon: ReactNode; onUse: () => void; isOn?: boolean; count?: number }) {
  const t = useTranslations('tickets.message')
  const { name, icon, onUse, isOn, count = 0 } = props
  return (
    <button
      type="button"
      aria-label={count > 0 ? t('counted', { name, count }) : name}
      title={name}
      aria-pressed={isOn}
      onClick={onUse}
      className="flex items-center gap-1 rounded p-1 text-muted hover:bg-line/50 aria-pressed:text-link sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100 sm:aria-pressed:opacity-100 [&_svg]:size-4"
    >
      {icon}
      {count > 0 && <span aria-hidden>{count}</span>}
    </button>
  )
}

/** The email as it came in, or went out. */
function Original({ mailId, isSent = false }: { mailId: string; isSent?: boolean }) {
  const t = useTranslations('tickets.mail.source')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Tool name={t(isSent ? 'showSent' : 'show')} onUse={() => setOpen(true)} icon={<FileCode2 aria-hidden />} />
      {isOpen && <MailSourceDialog id={mailId} isSent={isSent} onClose={() => setOpen(false)} />}
    </>
  )
}

/** A message that is about something else becomes a ticket of its own. */
function Split({ message, ticketId: id }: { message: MessageOutput; ticketId: string }) {
  const t = useTranslations('tickets.message')
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const { run, error, isPending } = useAction(api.tickets.split, {
    isForm: true,
    success: t('splitDone'),
    onDone(made) {
      router.push(`/agent/tickets/${made.id}`)
      return false
    },
  })
  return (
    <>
      <Tool name={t('split')} onUse={() => setOpen(true)} icon={<Split2 aria-hidden />} />
      <Dialog title={t('splitTitle')} says={t('splitSays')} isOpen={isOpen} onOpenChange={setOpen}>
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
    </>
  )
}

function EditNote({ message, ticketId }: { message: MessageOutput; ticketId: string }) {
  const t = useTranslations('tickets.message')
  const common = useTranslations('common')
  const [html, setHtml] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.tickets.editNote, {
    isForm: true,
    success: t('noteSaved'),
    onDone: () => setHtml(null),
  })
  const stored = message.bodyHtml ?? richTextOf(message.bodyText)
  const save = () => void run({ id: ticketId, messageId: message.id, bodyHtml: html ?? '' })
  return (
    <>
      <Tool name={common('edit')} onUse={() => setHtml(stored)} icon={<Pencil aria-hidden />} />
      <Dialog title={t('editNote')} isOpen={html !== null} onOpenChange={(isOpen) => !isOpen && setHtml(null)}>
        <div className="mb-3 rounded-md border">
          <Editor label={t('note')} placeholder={t('note')} html={stored} onChange={setHtml} onSubmit={save} />
        </div>
        <FormError>{error?.message}</FormError>
        <Button variant="primary" isPending={isPending} onClick={save} className="mt-3">
          {common('save')}
        </Button>
      </Dialog>
    </>
  )
}

function Edits({ ticketId: id, messageId }: { ticketId: string; messageId: string }) {
  const t = useTranslations('tickets.message')
  const format = useFormatter()
  const [items, setItems] = useState<{ bodyText: string; editedAt: Date }[] | null>(null)
  const read = () =>
    api.tickets.edits({ id, messageId }).then(
      (answer) => setItems(answer.items),
      () => toast.error(t('editsFailed')),
    )
  return (
    <>
      <Tool name={t('edits')} onUse={() => void read()} icon={<History aria-hidden />} />
      <Dialog title={t('edits')} isOpen={items !== null} onOpenChange={(isOpen) => !isOpen && setItems(null)}>
        <ol className="grid gap-3">
          {items?.map(({ bodyText, editedAt }) => (
            <li key={editedAt.toISOString()} className="rounded-md border p-3 text-sm">
              <p className="mb-1 text-muted">{t('until', { at: format.dateTime(editedAt, 'moment') })}</p>
              <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                {bodyText}
              </p>
            </li>
          ))}
        </ol>
      </Dialog>
    </>
  )
}
