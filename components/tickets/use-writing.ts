'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { toast } from 'sonner'
import { useUploads } from '@/components/files/use-uploads'
import type { EditorHandle } from '@/components/ui/editor'
import { useAction } from '@/components/ui/use-action'
import type { Reference } from '@/lib/core/schema'
import type { DraftKind, DraftOutput } from '@/lib/tickets/conversation/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { useServerDraft } from './use-server-draft'

export interface WritingProps {
  ticket: TicketOutput
  drafts: DraftOutput[]
  people: Reference[]
  departments: Reference[]
  /** The writer: what one keeps in a browser is nothing to the next who signs in there. */
  me: string
  /** The newest message of the conversation as it is shown. */
  lastMessageId: string | null
}

export interface WriterProps extends WritingProps {
  kind: DraftKind
  stored: DraftOutput | undefined
  /** Counts how often the writer asked for the cursor. */
  wish: number
  isShown: boolean
  /** Of both kinds, for a text that belongs into the other. */
  editors: Partial<Record<DraftKind, EditorHandle>>
  onKind: (kind: DraftKind) => void
}

/** What is being written of one kind: its text, its files, sending it and taking it back. */
export function useWriting({ ticket, drafts, kind, stored, lastMessageId, wish, me, editors, onKind }: WriterProps) {
  const { id } = ticket
  const t = useTranslations('tickets.composer')
  const router = useRouter()
  const own = useOwnVersion()
  const editor = useRef<EditorHandle | null>(null)
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
    success: t('noteAdded'),
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
      toast.error(t('theirsFailed'))
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
      toast.error(t('tooLate'))
      router.refresh()
    }
  }
  async function fill(responseId: string) {
    try {
      editor.current?.insert((await api.cannedResponses.fill({ id, responseId })).bodyHtml)
    } catch {
      toast.error(t('fillFailed'))
    }
  }
  type Macro = Parameters<typeof api.tickets.applyMacro>[0]
  const macro = useAction((input: Macro) => own.inTurn(() => api.tickets.applyMacro(input), versionOf), {
    success: t('macroApplied'),
    onDone: ({ bodyHtml, isNote }) => {
      if (!bodyHtml) return
      const wanted: DraftKind = isNote ? 'note' : 'reply'
      onKind(wanted)
      setTimeout(() => {
        if (editors[wanted]) editors[wanted]?.insert(bodyHtml)
        else toast.info(t('macroTextLater'))
      }, 50)
    },
  })

  /** The text changed; what is the newest message now was read before it was begun. */
  function change(html: string, isEmpty: boolean) {
    seen.current ??= isEmpty ? null : lastMessageId
    draft.change(html, isEmpty)
  }
  function hold(handle: EditorHandle | null) {
    editor.current = handle
    if (handle) editors[kind] = handle
    else delete editors[kind]
  }
  return {
    draft,
    pending,
    uploads,
    add,
    remove,
    error,
    isPending,
    isCollision,
    canSend,
    hold,
    change,
    submit,
    showTheirs,
    takeBack,
    fill,
    macro,
  }
}

export type Writing = ReturnType<typeof useWriting>
