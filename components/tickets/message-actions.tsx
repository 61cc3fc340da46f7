'use client'

import { CircleCheck, Flag, History, Link, Pencil, Split as Split2, ThumbsUp } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FormError, Input } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { richTextOf } from '@/lib/core/plain'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'
import { api } from '@/lib/wiring/client'

const Editor = dynamic(() => import('@/components/ui/editor').then((module) => module.Editor), { ssr: false })

interface Props {
  message: MessageOutput
  ticketId: string
  mayUpdate: boolean
}

/** What staff do with one message. */
export function MessageActions({ message, ticketId: id, mayUpdate }: Props) {
  const { id: messageId, kind, isSolution, isFlagged, isLiked, likes, mayEdit, editedAt } = message
  const mark = useAction(api.tickets.markMessage)
  const toggle = (name: 'solution' | 'flag' | 'like', isOn: boolean) => void mark.run({ id, messageId, mark: name, isOn })
  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${window.location.origin}${window.location.pathname}#message-${messageId}`)
      toast.success('The link was copied.')
    } catch {
      toast.error('The browser does not let the link be copied.')
    }
  }
  return (
    <footer className="mt-2 -mb-1 flex flex-wrap items-center gap-1 text-xs">
      <Tool name="Like" isOn={isLiked} onUse={() => toggle('like', !isLiked)} icon={<ThumbsUp aria-hidden />} count={likes} />
      {mayUpdate && kind !== 'note' && (
        <Tool name="Solution" isOn={isSolution} onUse={() => toggle('solution', !isSolution)} icon={<CircleCheck aria-hidden />} />
      )}
      {mayUpdate && <Tool name="Flag" isOn={isFlagged} onUse={() => toggle('flag', !isFlagged)} icon={<Flag aria-hidden />} />}
      <Tool name="Copy link" onUse={() => void copyLink()} icon={<Link aria-hidden />} />
      {mayUpdate && kind === 'reply' && <Split message={message} ticketId={id} />}
      {mayEdit && <EditNote message={message} ticketId={id} />}
      {editedAt && <Edits ticketId={id} messageId={messageId} />}
    </footer>
  )
}

function Tool(props: { name: string; icon: ReactNode; onUse: () => void; isOn?: boolean; count?: number }) {
  const { name, icon, onUse, isOn, count = 0 } = props
  return (
    <button
      type="button"
      aria-label={count > 0 ? `${name}: ${count}` : name}
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

/** A message that is about something else becomes a ticket of its own. */
function Split({ message, ticketId: id }: { message: MessageOutput; ticketId: string }) {
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const { run, error, isPending } = useAction(api.tickets.split, {
    isForm: true,
    success: 'It is a ticket of its own now.',
    onDone(made) {
      router.push(`/agent/tickets/${made.id}`)
      return false
    },
  })
  return (
    <>
      <Tool name="Split off" onUse={() => setOpen(true)} icon={<Split2 aria-hidden />} />
      <Dialog
        title="Split off into a new ticket"
        says="The message is copied there with its files, and the two are linked."
        isOpen={isOpen}
        onOpenChange={setOpen}
      >
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            void run({ id, messageId: message.id, title: String(new FormData(event.currentTarget).get('title')) })
          }}
        >
          <FormError>{error?.message}</FormError>
          <Field label="Title of the new ticket" errors={error?.fields.title}>
            {(control) => <Input {...control} name="title" dir="auto" maxLength={200} required autoFocus />}
          </Field>
          <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
            Split off
          </Button>
        </form>
      </Dialog>
    </>
  )
}

function EditNote({ message, ticketId }: { message: MessageOutput; ticketId: string }) {
  const t = useTranslations('common')
  const [html, setHtml] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.tickets.editNote, {
    isForm: true,
    success: 'The note was changed.',
    onDone: () => setHtml(null),
  })
  const stored = message.bodyHtml ?? richTextOf(message.bodyText)
  const save = () => void run({ id: ticketId, messageId: message.id, bodyHtml: html ?? '' })
  return (
    <>
      <Tool name="Edit" onUse={() => setHtml(stored)} icon={<Pencil aria-hidden />} />
      <Dialog title="Change the note" isOpen={html !== null} onOpenChange={(isOpen) => !isOpen && setHtml(null)}>
        <div className="mb-3 rounded-md border">
          <Editor label="Note" placeholder="Note" html={stored} onChange={setHtml} onSubmit={save} />
        </div>
        <FormError>{error?.message}</FormError>
        <Button variant="primary" isPending={isPending} onClick={save} className="mt-3">
          {t('save')}
        </Button>
      </Dialog>
    </>
  )
}

function Edits({ ticketId: id, messageId }: { ticketId: string; messageId: string }) {
  const [items, setItems] = useState<{ bodyText: string; editedAt: Date }[] | null>(null)
  const read = () =>
    api.tickets.edits({ id, messageId }).then(
      (answer) => setItems(answer.items),
      () => toast.error('What it said before could not be read. Try again.'),
    )
  return (
    <>
      <Tool name="What it said before" onUse={() => void read()} icon={<History aria-hidden />} />
      <Dialog title="What it said before" isOpen={items !== null} onOpenChange={(isOpen) => !isOpen && setItems(null)}>
        <ol className="grid gap-3">
          {items?.map(({ bodyText, editedAt }) => (
            <li key={editedAt.toISOString()} className="rounded-md border p-3 text-sm">
              <p className="mb-1 text-muted">Until {editedAt.toLocaleString()}</p>
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
