'use client'

import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { FormError } from '@/components/ui/field'
import { useKeys } from '@/components/ui/keys'
import { useAction } from '@/components/ui/use-action'
import { useDraft } from '@/components/ui/use-draft'
import { api } from '@/lib/client'
import { useCompany } from './live-ticket'
import { useOwnVersion } from './own-version'

interface Props {
  ticketId: string
  to: string | null
  canReply: boolean
  canNote: boolean
}

const kinds = {
  reply: { name: 'Reply', placeholder: 'Write a reply', send: 'Send', success: 'The reply is on its way.' },
  note: { name: 'Note', placeholder: 'Write a note for your team', send: 'Add note', success: 'The note was added.' },
} as const
type Kind = keyof typeof kinds

/**
 * Reply to the requester, or note for the team. Each has its own draft, which
 * survives a reload: what was meant for the team never turns up in a reply.
 */
export function Composer({ ticketId, to, canReply, canNote }: Props) {
  const reply = useDraft(`draft:${ticketId}:reply`)
  const note = useDraft(`draft:${ticketId}:note`)
  const [chosen, setChosen] = useState<Kind | null>(null)
  // A note left unfinished is what one comes back to.
  const kind: Kind = chosen ?? (!canReply || (canNote && note[0] && !reply[0]) ? 'note' : 'reply')
  const [body, keep] = kind === 'note' ? note : reply
  const box = useRef<HTMLTextAreaElement>(null)
  const { sayTyping } = useCompany()
  const { name, placeholder, send, success } = kinds[kind]
  const own = useOwnVersion()
  const { run, error, isPending } = useAction(api.tickets.reply, {
    isForm: true,
    success,
    onDone: ({ ticket }) => {
      keep('')
      own.note(ticket.version)
    },
  })
  const open = (wanted: Kind, isAllowed: boolean) => {
    if (!isAllowed) return false
    setChosen(wanted)
    box.current?.focus()
  }
  useKeys({ r: () => open('reply', canReply), n: () => open('note', canNote) })

  if (!canReply && !canNote) return <p className="text-sm text-muted">You can read this ticket, but not write to it.</p>
  const submit = () => void run({ id: ticketId, body, isInternal: kind === 'note' })
  return (
    <form
      className={cn('rounded-lg border', kind === 'note' ? 'border-warning/40 bg-note' : 'bg-raised')}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div
        role="tablist"
        aria-label="Kind of message"
        className="flex gap-1 border-b px-2 pt-2"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
          const other = kind === 'note' ? 'reply' : 'note'
          if (other === 'note' ? !canNote : !canReply) return
          setChosen(other)
          event.currentTarget.querySelector<HTMLElement>(`[data-kind=${other}]`)?.focus()
        }}
      >
        <Tab kind="reply" isOn={kind === 'reply'} isDisabled={!canReply} onClick={() => setChosen('reply')} />
        <Tab kind="note" isOn={kind === 'note'} isDisabled={!canNote} onClick={() => setChosen('note')} />
        <span className="ml-auto self-center truncate px-2 text-xs text-muted">
          {kind === 'note' ? 'Only your team sees this' : `To ${to ?? 'nobody'}`}
        </span>
      </div>
      <textarea
        ref={box}
        value={body}
        dir="auto"
        onChange={(event) => {
          keep(event.target.value)
          if (kind === 'reply') sayTyping()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && body.trim() && !isPending) submit()
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        aria-label={name}
        aria-invalid={error?.fields.body ? true : undefined}
        rows={5}
        placeholder={placeholder}
        className="block w-full resize-y bg-transparent px-3 py-2 outline-none"
      />
      <div className="flex items-center gap-3 px-3 pb-3">
        <Button type="submit" variant="primary" isPending={isPending} disabled={!body.trim()}>
          {send}
        </Button>
        <span className="text-xs text-muted">
          {body ? 'Draft kept on this device' : <span className="hidden sm:inline">r reply · n note · Ctrl Enter sends</span>}
        </span>
      </div>
      {error && (
        <div className="px-3 pb-3">
          <FormError>{error.message}</FormError>
        </div>
      )}
    </form>
  )
}

function Tab({ kind, isOn, isDisabled, onClick }: { kind: Kind; isOn: boolean; isDisabled: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      role="tab"
      data-kind={kind}
      aria-selected={isOn}
      tabIndex={isOn ? 0 : -1}
      disabled={isDisabled}
      onClick={onClick}
      className="border-b-2 border-transparent px-3 py-1.5 text-sm font-medium disabled:opacity-50 aria-selected:border-accent"
    >
      {kinds[kind].name}
    </button>
  )
}
