'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { useUploads } from '@/components/files/use-uploads'
import type { EditorHandle } from '@/components/ui/editor'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import type { Addressees } from '@/lib/core/addressee'
import type { SuppressedOutput } from '@/lib/mail/schema'
import type { DraftKind, DraftOutput, ParticipantOutput } from '@/lib/tickets/conversation/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { type Chosen, isSendable } from './addressee-row'
import { useOwnVersion } from './own-version'
import { useHiddenLinks } from './use-articles'
import { useSendAndGoOn } from './use-send-and-go-on'
import { useServerDraft } from './use-server-draft'

export interface WritingProps {
  ticket: TicketOutput
  drafts: DraftOutput[]
  /** The writer: what one keeps in a browser is nothing to the next who signs in there. */
  me: string
  /** The reader's own name. */
  myName: string
  /** The newest message that the requester can read, as the conversation is shown. */
  newest: { id: string; author: { id: string | null; name: string } } | null
  /** Whom a reply goes to unless its writer says otherwise. */
  addressees: Addressees
  /** Those of them that no email is sent to. */
  suppressed: SuppressedOutput[]
  participants: ParticipantOutput[]
  mayOpenSuppressions: boolean
}

interface Submission {
  /** What the ticket becomes when it is out. */
  status?: TicketStatus
  /** Sent although somebody answered meanwhile. */
  isSure?: boolean
  /** Sent although it links to articles that customers can't read. */
  linksAnyway?: boolean
  /** The writer goes on to what they want to see next. */
  goesOn?: boolean
}

export interface WriterProps extends WritingProps {
  kind: DraftKind
  stored: DraftOutput | undefined
  /** Counts how often the writer asked for the cursor. */
  wish: number
  isShown: boolean
  /** Opened to choose a macro. */
  startsWithMacro: boolean
  /** Files that it was opened with. */
  dropped: File[]
  /** Where a reply that waits to go out is shown: at the end of the conversation. */
  waitingAt: HTMLElement | null
  /** Of both kinds, for a text that belongs into the other. */
  editors: Partial<Record<DraftKind, EditorHandle>>
  onKind: (kind: DraftKind) => void
}

/** What is being written of one kind: its text, its files, sending it and taking it back. */
export function useWriting({ ticket, drafts, kind, stored, newest, wish, me, editors, onKind }: WriterProps) {
  const { id } = ticket
  const t = useTranslations('tickets.composer')
  const router = useRouter()
  const own = useOwnVersion()
  const editor = useRef<EditorHandle | null>(null)
  const draft = useServerDraft(id, me, kind, stored, (html) => editor.current?.set(html))
  const {
    uploads,
    add,
    remove,
    reset,
    forget,
    bringBack,
    ids,
    isPending: isUploading,
  } = useUploads({
    initial: stored?.sendAt ? [] : stored?.attachments,
    onChange: (done) => draft.setFiles(done.map((file) => file.id)),
    onRemove: (fileId) => void api.files.remove({ id: fileId }).catch(() => {}), // else the sweep does it
  })
  const [chosen, setChosen] = useState<Chosen | null>(kind === 'reply' && !stored?.sendAt ? (stored?.addressees ?? null) : null)
  const choose = (given: Chosen | null) => {
    setChosen(given)
    draft.setAddressees(given)
  }
  const [pending, setPending] = useState<DraftOutput | null>(stored?.sendAt ? stored : null)
  /** The newest message when this text was begun: what came after it was not read before it was written. */
  const seen = useRef<string | null>(null)
  useEffect(() => {
    if (draft.isEmpty) seen.current = null
    else seen.current ??= newest?.id ?? null
  }, [draft.isEmpty, newest])
  /** Who answered since this text was begun. */
  const answered =
    kind === 'reply' && !draft.isEmpty && seen.current && newest && newest.id !== seen.current && newest.author.id !== me
      ? newest.author.name
      : null
  const bringBackReply = (back: DraftOutput) => {
    setPending(null)
    draft.bringBack(back)
    choose(back.addressees)
    bringBack(back.attachments)
    editor.current?.set(draft.read())
  }
  // The page, read anew, says what became of a reply whose time has come: out, or back with the reason.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was read anew counts
  useEffect(() => {
    if (!pending || stored?.sendAt || Date.now() < (pending.sendAt as Date).getTime()) return
    if (stored) return bringBackReply(stored)
    setPending(null)
    draft.release()
  }, [drafts])
  useEffect(() => {
    if (wish > 0) editor.current?.focus()
  }, [wish])

  /** Sends what stands here; what is typed meanwhile goes on in the empty editor. */
  async function sending<T>(request: () => Promise<T>, isWaiting?: boolean): Promise<T> {
    editor.current?.set('')
    editor.current?.focus()
    const sent = ids
    try {
      const answer = await draft.send(request, isWaiting)
      forget(sent)
      return answer
    } catch (error) {
      editor.current?.set(draft.read())
      throw error
    }
  }
  const versionOf = ({ ticket: after }: { ticket: TicketOutput | null }) => after?.version
  const onward = useSendAndGoOn(ticket)
  type Note = Parameters<typeof api.tickets.reply>[0]
  const note = useAction((input: Note) => onward.noted(sending(() => own.inTurn(() => api.tickets.reply(input), versionOf))), {
    isForm: true,
    success: t('noteAdded'),
    onDone: onward.isHere,
  })
  type Reply = Parameters<typeof api.tickets.sendDraft>[0]
  const reply = useAction((input: Reply) => onward.noted(sending(() => api.tickets.sendDraft(input), true)), {
    isForm: true,
    onDone: (sent) => {
      setPending(sent)
      // What is written next goes to the usual people again.
      choose(null)
      return onward.isHere()
    },
  })
  const { error: refused, isPending } = kind === 'note' ? note : reply
  /** Whom it was last sent to: what was wrong with them is not wrong with others. */
  const sentTo = useRef(chosen)
  const error = refused && (refused.fields.to ?? refused.fields.cc) && sentTo.current !== chosen ? null : refused
  const isCollision = error?.code === 'CONFLICT'
  const hiddenLinks = useHiddenLinks(draft.isEmpty ? '' : draft.html, kind === 'reply')
  const canSend = !isPending && !isUploading && !pending && (!draft.isEmpty || ids.length > 0)
  const obstacle = !isSendable(chosen) ? 'recipients' : uploads.some((upload) => upload.error) ? 'files' : null
  const [isStopped, setStopped] = useState(false)
  const [isHeld, setHeld] = useState(false)
  /** What is to go out as soon as it is known which of its links customers can't follow. */
  const [waiting, waitForLinks] = useState<Submission | null>(null)

  function submit({ status, isSure = false, goesOn = false, linksAnyway = false }: Submission = {}) {
    if (!canSend) return
    setStopped(obstacle !== null)
    if (obstacle) return
    if (hiddenLinks === null) return waitForLinks({ status, isSure, goesOn, linksAnyway })
    waitForLinks(null)
    const isHeldBack = hiddenLinks.length > 0 && !linksAnyway
    setHeld(isHeldBack)
    if (isHeldBack) return
    sentTo.current = chosen
    const bodyHtml = draft.isEmpty ? '' : draft.html
    const seenMessageId = isSure ? undefined : (seen.current ?? newest?.id ?? undefined)
    const sent =
      kind === 'note'
        ? note.run({ id, bodyHtml, attachmentIds: ids, isInternal: true })
        : reply.run({ id, bodyHtml, attachmentIds: ids, addressees: chosen, seenMessageId, thenStatus: status })
    if (goesOn) onward.goOn(kind, sent, status === 'resolved')
  }
  const isWaiting = waiting !== null && hiddenLinks !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known
  useEffect(() => {
    if (isWaiting) submit(waiting)
  }, [isWaiting])
  /** What was written on the other device, in place of what stands here. */
  async function showTheirs() {
    try {
      const { drafts: now } = await api.tickets.page({ id })
      const theirs = now.find((each) => each.kind === kind)
      if (!theirs) {
        draft.forget()
        reset()
        return editor.current?.set('')
      }
      draft.adopt(theirs)
      choose(theirs.addressees)
      reset(theirs.attachments)
      editor.current?.set(theirs.bodyHtml)
    } catch {
      toast.error(t('theirsFailed'))
    }
  }
  async function takeBack() {
    try {
      bringBackReply(await api.tickets.takeBack({ id }))
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

  function hold(handle: EditorHandle | null) {
    editor.current = handle
    if (handle) editors[kind] = handle
    else delete editors[kind]
  }
  return {
    draft,
    chosen,
    choose,
    pending,
    uploads,
    add,
    remove,
    error,
    isPending,
    isCollision,
    canSend,
    /** What keeps it from going out, once that was tried. */
    obstacle: isStopped ? obstacle : null,
    /** Articles that it links to and customers can't read; whether it was kept from going out for that. */
    hiddenLinks: hiddenLinks ?? [],
    linksStop: isHeld,
    hold,
    submit,
    answered,
    showTheirs,
    takeBack,
    fill,
    macro,
  }
}

export type Writing = ReturnType<typeof useWriting>
