'use client'

import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { FormError } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'

interface Props {
  ticketId: string
  to: string | null
  canReply: boolean
  canNote: boolean
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [role=dialog]') !== null

/** Reply to the requester, or note for the team. What was typed survives a reload on this device. */
export function Composer({ ticketId, to, canReply, canNote }: Props) {
  const [isInternal, setInternal] = useState(!canReply)
  const [body, setBody] = useState('')
  const box = useRef<HTMLTextAreaElement>(null)
  const draftKey = `draft:${ticketId}`
  const { run, error, isPending } = useAction(api.tickets.reply, {
    success: isInternal ? 'The note was added.' : 'The reply is on its way.',
    onDone: () => keep(''),
  })
  const keep = (text: string) => {
    setBody(text)
    if (text) localStorage.setItem(draftKey, text)
    else localStorage.removeItem(draftKey)
  }
  useEffect(() => setBody(localStorage.getItem(draftKey) ?? ''), [draftKey])
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      const wantsReply = event.key === 'r' && canReply
      const wantsNote = event.key === 'n' && canNote
      if (!wantsReply && !wantsNote) return
      event.preventDefault()
      setInternal(wantsNote)
      box.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [canReply, canNote])

  if (!canReply && !canNote) return <p className="text-sm text-muted">You can read this ticket, but not write to it.</p>
  const send = () => void run({ id: ticketId, body, isInternal })
  return (
    <form
      className={cn('rounded-lg border', isInternal ? 'border-warning/40 bg-note' : 'bg-raised')}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div role="tablist" aria-label="Kind of message" className="flex gap-1 border-b px-2 pt-2">
        <Tab isOn={!isInternal} isDisabled={!canReply} onClick={() => setInternal(false)} name="Reply" />
        <Tab isOn={isInternal} isDisabled={!canNote} onClick={() => setInternal(true)} name="Note" />
        <span className="ml-auto self-center truncate px-2 text-xs text-muted">
          {isInternal ? 'Only your team sees this' : `To ${to ?? 'nobody'}`}
        </span>
      </div>
      <textarea
        ref={box}
        value={body}
        onChange={(event) => keep(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && body.trim()) send()
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        aria-label={isInternal ? 'Note' : 'Reply'}
        aria-invalid={error?.fields.body ? true : undefined}
        rows={5}
        placeholder={isInternal ? 'Write a note for your team' : 'Write a reply'}
        className="block w-full resize-y bg-transparent px-3 py-2 outline-none"
      />
      <div className="flex items-center gap-3 px-3 pb-3">
        <Button type="submit" variant="primary" isPending={isPending} disabled={!body.trim()}>
          {isInternal ? 'Add note' : 'Send'}
        </Button>
        <span className="text-xs text-muted">{body ? 'Draft kept on this device' : 'r reply · n note · Ctrl Enter sends'}</span>
      </div>
      {error && (
        <div className="px-3 pb-3">
          <FormError>{error.message}</FormError>
        </div>
      )}
    </form>
  )
}

function Tab({ name, isOn, isDisabled, onClick }: { name: string; isOn: boolean; isDisabled: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={isOn}
      disabled={isDisabled}
      onClick={onClick}
      className="border-b-2 border-transparent px-3 py-1.5 text-sm font-medium disabled:opacity-50 aria-selected:border-accent"
    >
      {name}
    </button>
  )
}
