'use client'

import { ChevronDown, Paperclip, Sparkles, Undo2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { toast } from 'sonner'
import { UploadList } from '@/components/files/upload-list'
import { useUploads } from '@/components/files/use-uploads'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { cn } from '@/components/ui/cn'
import type { EditorHandle } from '@/components/ui/editor'
import { FormError } from '@/components/ui/field'
import { useKeys } from '@/components/ui/keys'
import { useAction } from '@/components/ui/use-action'
import type { DraftKind, DraftOutput } from '@/lib/tickets/conversation/schema'
import type { TicketOutput, TicketStatus } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { statusNames } from './labels'
import { useCompany } from './live-ticket'
import { useOwnVersion } from './own-version'
import { useAnswers } from './use-answers'
import { type DraftState, isKeptHere, useServerDraft } from './use-server-draft'

// A large part of the page's code, needed only by who writes.
const Editor = dynamic(() => import('@/components/ui/editor').then((module) => module.Editor), {
  ssr: false,
  loading: () => <div className="min-h-28" />,
})

interface Named {
  id: string
  name: string
}

interface Props {
  ticket: TicketOutput
  drafts: DraftOutput[]
  people: Named[]
  departments: Named[]
  /** The writer: what one keeps in a browser is nothing to the next who signs in there. */
  me: string
  /** The newest message of the conversation as it is shown. */
  lastMessageId: string | null
}

const kinds = {
  reply: { name: 'Reply', placeholder: 'Write a reply. Type / for a canned response.', send: 'Send', files: 'Files for the reply' },
  note: { name: 'Note', placeholder: 'Write a note for your team. @ calls somebody.', send: 'Add note', files: 'Files for the note' },
} as const

const says: Record<DraftState, string> = {
  none: '',
  saving: 'Saving draft…',
  saved: 'Draft saved',
  local: 'Draft kept on this device; the server is away',
  elsewhere: 'You wrote on this on another device.',
}

/**
 * Reply to the requester, or note for the team. Each has its own draft: what
 * was meant for the team never turns up in a reply.
 */
export function Composer(props: Props) {
  const { ticket, drafts, me } = props
  const { reply: canReply, note: canNote } = ticket.abilities
  const noteDraft = drafts.find((draft) => draft.kind === 'note')
  const replyDraft = drafts.find((draft) => draft.kind === 'reply')
  // A note left unfinished is what one comes back to.
  const [kind, setKind] = useState<DraftKind>(!canReply || (canNote && noteDraft && !replyDraft) ? 'note' : 'reply')
  const [wish, setWish] = useState({ reply: 0, note: 0 })
  const editors = useRef<Partial<Record<DraftKind, EditorHandle>>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    if (canNote && !replyDraft && !isKeptHere(ticket.id, me, 'reply') && isKeptHere(ticket.id, me, 'note')) setKind('note')
  }, [])
  const open = (wanted: DraftKind, isAllowed: boolean) => {
    if (!isAllowed) return false
    setKind(wanted)
    setWish((before) => ({ ...before, [wanted]: before[wanted] + 1 }))
  }
  useKeys({ r: () => open('reply', canReply), n: () => open('note', canNote) })
  if (!canReply && !canNote) return <p className="text-sm text-muted">You can read this ticket, but not write to it.</p>
  return (
    <section
      aria-label="Write"
      className={cn('rounded-lg border print:hidden lg:sticky lg:bottom-3', kind === 'note' ? 'border-warning/40 bg-note' : 'bg-raised')}
    >
      <div
        role="tablist"
        aria-label="Kind of message"
        className="flex gap-1 border-b px-2 pt-2"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
          const other = kind === 'note' ? 'reply' : 'note'
          if (other === 'note' ? !canNote : !canReply) return
          setKind(other)
          event.currentTarget.querySelector<HTMLElement>(`[data-kind=${other}]`)?.focus()
        }}
      >
        <Tab kind="reply" isOn={kind === 'reply'} isDisabled={!canReply} onClick={() => setKind('reply')} />
        <Tab kind="note" isOn={kind === 'note'} isDisabled={!canNote} onClick={() => setKind('note')} />
        <span className="ml-auto self-center truncate px-2 text-xs text-muted">
          {kind === 'note' ? 'Only your team sees this' : `To ${ticket.requester.email ?? 'nobody: there is no address'}`}
        </span>
      </div>
      {/* Both stay: what is half written in one is not read anew when one comes back to it. */}
      {(['reply', 'note'] as const).map(
        (each) =>
          (each === 'note' ? canNote : canReply) && (
            <div key={each} hidden={each !== kind}>
              <Writer
                {...props}
                kind={each}
                stored={each === 'note' ? noteDraft : replyDraft}
                wish={wish[each]}
                isShown={each === kind}
                editors={editors.current}
                onKind={setKind}
              />
            </div>
          ),
      )}
    </section>
  )
}

interface WriterProps extends Props {
  kind: DraftKind
  stored: DraftOutput | undefined
  /** Counts how often the writer asked for the cursor. */
  wish: number
  isShown: boolean
  /** Of both kinds, for a text that belongs into the other. */
  editors: Partial<Record<DraftKind, EditorHandle>>
  onKind: (kind: DraftKind) => void
}

function Writer({ ticket, drafts, kind, stored, people, departments, lastMessageId, wish, isShown, me, editors, onKind }: WriterProps) {
  const { id } = ticket
  const router = useRouter()
  const own = useOwnVersion()
  const { sayTyping } = useCompany()
  const editor = useRef<EditorHandle | null>(null)
  const picker = useRef<HTMLInputElement>(null)
  const draft = useServerDraft(id, me, kind, stored)
  const {
    uploads,
    add,
    remove,
    reset,
    ids,
    isPending: isUploading,
  } = useUploads({
    initial: stored?.sendAt ? [] : stored?.attachments,
    onChange: (done) => draft.setFiles(done.map((file) => file.id)),
    onRemove: (fileId) => void api.files.remove({ id: fileId }).catch(() => {}), // else the sweep does it
  })
  const [pending, setPending] = useState<DraftOutput | null>(stored?.sendAt ? stored : null)
  /** The newest message when this text was begun: what came after it was not read before it was written. */
  const seen = useRef<string | null>(null)
  const answers = useAnswers()
  // The page, read anew, says what became of a reply whose time has come: out, or back with the reason.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was read anew counts
  useEffect(() => {
    if (!pending || stored?.sendAt || Date.now() < (pending.sendAt as Date).getTime()) return
    setPending(null)
    if (!stored) return
    draft.adopt(stored)
    reset(stored.attachments)
  }, [drafts])
  useEffect(() => {
    if (wish > 0) editor.current?.focus()
  }, [wish])

  const clear = () => {
    draft.forget()
    reset()
    editor.current?.set('')
    seen.current = null
  }
  const versionOf = ({ ticket: after }: { ticket: TicketOutput | null }) => after?.version
  type Note = Parameters<typeof api.tickets.reply>[0]
  const note = useAction((input: Note) => draft.send(() => own.inTurn(() => api.tickets.reply(input), versionOf)), {
    isForm: true,
    success: 'The note was added.',
    onDone: clear,
  })
  type Reply = Parameters<typeof api.tickets.sendDraft>[0]
  const reply = useAction((input: Reply) => draft.send(() => api.tickets.sendDraft(input)), {
    isForm: true,
    onDone: (sent) => {
      clear()
      setPending(sent)
    },
  })
  const { error, isPending } = kind === 'note' ? note : reply
  const isCollision = error?.code === 'CONFLICT'
  const canSend = !isPending && !isUploading && (!draft.isEmpty || ids.length > 0)

  function submit(then?: TicketStatus, isSure = false) {
    if (!canSend) return
    const bodyHtml = draft.isEmpty ? '' : draft.html
    if (kind === 'note') return void note.run({ id, bodyHtml, attachmentIds: ids, isInternal: true })
    const seenMessageId = isSure ? undefined : (seen.current ?? lastMessageId ?? undefined)
    void reply.run({ id, bodyHtml, attachmentIds: ids, seenMessageId, thenStatus: then })
  }
  /** What was written on the other device, in place of what stands here. */
  async function showTheirs() {
    try {
      const { drafts: now } = await api.tickets.page({ id })
      const theirs = now.find((each) => each.kind === kind)
      if (!theirs) return clear()
      draft.adopt(theirs)
      reset(theirs.attachments)
      editor.current?.set(theirs.bodyHtml)
    } catch {
      toast.error('It could not be read. Try again.')
    }
  }
  async function takeBack() {
    try {
      const back = await api.tickets.takeBack({ id })
      setPending(null)
      draft.adopt(back)
      reset(back.attachments)
      editor.current?.set(back.bodyHtml)
      editor.current?.focus()
    } catch {
      toast.error('It is out already.')
      router.refresh()
    }
  }
  async function fill(responseId: string) {
    try {
      editor.current?.insert((await api.cannedResponses.fill({ id, responseId })).bodyHtml)
    } catch {
      toast.error('The text could not be read. Try again.')
    }
  }
  type Macro = Parameters<typeof api.tickets.applyMacro>[0]
  const macro = useAction((input: Macro) => own.inTurn(() => api.tickets.applyMacro(input), versionOf), {
    success: 'The macro was applied.',
    onDone: ({ bodyHtml, isNote }) => {
      if (!bodyHtml) return
      const wanted: DraftKind = isNote ? 'note' : 'reply'
      onKind(wanted)
      setTimeout(() => {
        if (editors[wanted]) editors[wanted]?.insert(bodyHtml)
        else toast.info('Its text can be inserted once your last reply is out.')
      }, 50)
    },
  })
  if (pending) return <OnItsWay draft={pending} onTakeBack={takeBack} />
  const settings = ticket.abilities.moves.filter((move) => move === 'resolved' || move === 'in_progress')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.defaultPrevented || event.dataTransfer.files.length === 0) return
        event.preventDefault()
        add([...event.dataTransfer.files])
      }}
    >
      <Editor
        handle={(handle) => {
          editor.current = handle
          if (handle) editors[kind] = handle
          else delete editors[kind]
        }}
        label={kinds[kind].name}
        placeholder={kinds[kind].placeholder}
        html={draft.restored ?? draft.html}
        key={draft.restored ? 'restored' : 'stored'}
        isInvalid={Boolean(error?.fields.bodyHtml ?? error?.fields.body)}
        onChange={(html, isEmpty) => {
          seen.current ??= isEmpty ? null : lastMessageId
          draft.change(html, isEmpty)
          if (kind === 'reply') sayTyping()
        }}
        onFiles={add}
        onSubmit={() => submit()}
        mentions={
          kind === 'note'
            ? [
                ...people.map(({ id: personId, name }) => ({ id: `person:${personId}`, name })),
                ...departments.map(({ id: teamId, name }) => ({ id: `team:${teamId}`, name, hint: 'Everybody in the department' })),
              ]
            : []
        }
        snippets={answers.responses.map(({ id: responseId, name }) => ({ id: responseId, name }))}
        onSnippet={(responseId) => void fill(responseId)}
      />
      <UploadList uploads={uploads} onRemove={remove} />
      <div className="flex flex-wrap items-center gap-2 px-3 pb-3">
        <span className="flex">
          <Button
            type="submit"
            variant="primary"
            isPending={isPending}
            disabled={!canSend}
            className={cn(kind === 'reply' && settings.length > 0 && 'rounded-r-none')}
          >
            {kinds[kind].send}
          </Button>
          {kind === 'reply' && settings.length > 0 && (
            <Choice
              label="Send and set status"
              side="top"
              value=""
              isDisabled={!canSend}
              options={settings.map((status) => ({ value: status, name: `Send, then ${statusNames[status].toLowerCase()}` }))}
              onChoose={(status) => submit(status as TicketStatus)}
              trigger={<ChevronDown aria-label="Send and set status" />}
              className="h-9 rounded-l-none border-l border-l-on-accent/30 bg-accent px-1.5 text-on-accent hover:bg-accent hover:brightness-110"
            />
          )}
        </span>
        <Button size="small" variant="ghost" aria-label="Attach files" title="Attach files" onClick={() => picker.current?.click()}>
          <Paperclip aria-hidden />
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          aria-label={kinds[kind].files}
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            add([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
        {answers.macros.length > 0 && (
          <Choice
            label="Macro"
            shortcut={isShown ? 'm' : undefined}
            side="top"
            value=""
            options={answers.macros.map(({ id: macroId, name }) => ({ value: macroId, name }))}
            onChoose={(macroId) => void macro.run({ id, macroId })}
            trigger={
              <>
                <Sparkles aria-hidden /> Macro
              </>
            }
          />
        )}
        <span role="status" className="text-xs text-muted">
          {says[draft.state]}
        </span>
        {draft.state === 'elsewhere' && (
          <>
            <Button size="small" onClick={() => void showTheirs()}>
              Show that
            </Button>
            <Button size="small" onClick={() => void draft.overrule()}>
              Keep this
            </Button>
          </>
        )}
        {draft.state === 'none' && <span className="hidden text-xs text-muted sm:inline">r reply · n note · Ctrl Enter sends</span>}
      </div>
      {stored?.error && draft.state !== 'none' && (
        <div className="px-3 pb-3">
          <FormError>It did not go out: {stored.error}</FormError>
        </div>
      )}
      {error && (
        <div className="grid gap-2 px-3 pb-3">
          <FormError>{error.message}</FormError>
          {isCollision && kind === 'reply' && (
            <Button size="small" className="justify-self-start" disabled={!canSend} onClick={() => submit(undefined, true)}>
              Send anyway
            </Button>
          )}
        </div>
      )}
    </form>
  )
}

/** A reply that was sent a moment ago: until it is out it can be taken back. */
function OnItsWay({ draft, onTakeBack }: { draft: DraftOutput; onTakeBack: () => Promise<void> }) {
  const router = useRouter()
  const sendAt = (draft.sendAt as Date).getTime()
  const [left, setLeft] = useState(() => Math.max(0, Math.ceil((sendAt - Date.now()) / 1000)))
  useEffect(() => {
    const timer = setInterval(() => {
      const rest = Math.ceil((sendAt - Date.now()) / 1000)
      setLeft(Math.max(0, rest))
      // Whoever sends it says so when it is out; should nobody say it, the page asks.
      if (rest < 0 && rest % 3 === 0) router.refresh()
    }, 1000)
    return () => clearInterval(timer)
  }, [sendAt, router])
  return (
    <div className="flex items-center gap-3 p-3">
      <p role="status" className="mr-auto text-sm">
        {left > 0 ? `Your reply goes out in ${left} s.` : 'Your reply is on its way.'}
      </p>
      {left > 0 && (
        <Button size="small" onClick={() => void onTakeBack()}>
          <Undo2 aria-hidden /> Undo
        </Button>
      )}
    </div>
  )
}

function Tab({ kind, isOn, isDisabled, onClick }: { kind: DraftKind; isOn: boolean; isDisabled: boolean; onClick: () => void }) {
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
