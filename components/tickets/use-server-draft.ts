'use client'

import { ORPCError } from '@orpc/client'
import { useEffect, useRef, useState } from 'react'
import type { DraftKind, DraftOutput } from '@/lib/tickets/conversation/schema'
import { api } from '@/lib/wiring/client'
import type { Chosen } from './addressee-row'
import { keyOf, readLocal } from './local-draft'

/** `local`: the server is away. `signedOut`: the session has ended. In both this device alone has the text. */
export type DraftState = 'none' | 'saving' | 'saved' | 'local' | 'signedOut' | 'elsewhere'

const saveAfterMs = 700
const attemptAgainMs = 5000

let unnamed: string | undefined

/** This browser, by a name that it gave itself: all its tabs write one draft. */
function deviceName(): string {
  try {
    const name = localStorage.getItem('device') ?? crypto.randomUUID()
    localStorage.setItem('device', name)
    return name
  } catch {
    unnamed ??= crypto.randomUUID()
    return unnamed
  }
}

/**
 * What is being written, kept on the server so that it is there on another
 * device, and on this one at every keystroke for when the server is away.
 */
export function useServerDraft(
  ticketId: string,
  personId: string,
  kind: DraftKind,
  stored: DraftOutput | undefined,
  /** Another tab of this browser went on writing. */
  onOtherTab: (html: string) => void,
) {
  const key = keyOf(ticketId, personId, kind)
  const [html, setHtml] = useState(stored?.sendAt ? '' : (stored?.bodyHtml ?? ''))
  const [isEmpty, setEmpty] = useState(!html)
  const [state, setState] = useState<DraftState>(html ? 'saved' : 'none')
  const version = useRef(stored?.version ?? 0)
  const files = useRef<string[]>(stored?.sendAt ? [] : (stored?.attachments ?? []).map(({ id }) => id))
  const addressees = useRef<Chosen | null>(stored?.addressees ?? null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const now = useRef({ html, isEmpty: !html })
  const wanted = useRef<{ html: string; isEmpty: boolean } | null>(null)
  const underWay = useRef<Promise<void> | null>(null)
  const isSending = useRef(false)
  /** A reply of the same writer waits to go out: the server has one draft of a kind, so the next is saved after it. */
  const isHeld = useRef(Boolean(stored?.sendAt))
  /** What is being sent stands before what is written meanwhile, until it is known to have arrived. */
  const ahead = useRef('')
  const isAway = useRef(false)

  // What this device kept and the server never got is newer than what the server has.
  const [restored, setRestored] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    // A tab that is left or closed saves at once what it was about to.
    const flush = () => void save()
    document.addEventListener('visibilitychange', flush)
    window.addEventListener('storage', follow)
    const local = readLocal(key)
    if (local && local.at > (stored?.updatedAt.getTime() ?? 0) && local.html !== stored?.bodyHtml) {
      setRestored(local.html)
      change(local.html, false)
    }
    return () => {
      document.removeEventListener('visibilitychange', flush)
      window.removeEventListener('storage', follow)
      clearTimeout(timer.current)
      flush()
    }
  }, [])

  function show(next: string, nothing: boolean) {
    now.current = { html: next, isEmpty: nothing }
    setHtml(next)
    setEmpty(nothing)
  }

  /** Tabs that show the same draft show the same text: what was written last, which holds what stood here, and which that tab saves. */
  function follow(event: StorageEvent) {
    if (event.key !== key || isSending.current || isHeld.current) return
    const html = readLocal(key)?.html ?? ''
    if (html === now.current.html) return
    clearTimeout(timer.current)
    wanted.current = null
    show(html, !html)
    if (!html) setState('none')
    onOtherTab(html)
  }

  function change(next: string, nothing: boolean) {
    show(next, nothing)
    if (nothing && !ahead.current && files.current.length === 0) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify({ html: ahead.current + next, at: Date.now() }))
    wanted.current = { html: next, isEmpty: nothing }
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void save(), saveAfterMs)
  }

  /** One save at a time, and none while something is sent. */
  async function save(): Promise<void> {
    if (underWay.current || isSending.current || isHeld.current || !wanted.current) return
    underWay.current = put(wanted.current)
    await underWay.current
    underWay.current = null
    if (wanted.current && !isAway.current) void save()
  }

  async function put(saving: { html: string; isEmpty: boolean }) {
    wanted.current = null
    isAway.current = false
    setState('saving')
    try {
      const bodyHtml = saving.isEmpty ? '' : saving.html
      const { draft } = await api.tickets.saveDraft({
        id: ticketId,
        kind,
        bodyHtml,
        attachmentIds: files.current,
        addressees: addressees.current,
        version: version.current,
        device: deviceName(),
      })
      version.current = draft?.version ?? 0
      setState(draft ? 'saved' : 'none')
    } catch (error) {
      if (error instanceof ORPCError && error.code === 'CONFLICT') setState(now.current.isEmpty ? 'none' : 'elsewhere')
      else {
        isAway.current = true
        setState(error instanceof ORPCError && error.code === 'UNAUTHENTICATED' ? 'signedOut' : 'local')
        wanted.current ??= saving
        timer.current = setTimeout(() => void save(), attemptAgainMs)
      }
    }
  }

  /**
   * Sends what stands here and leaves room for the next text at once. If that fails,
   * it stands here again, before what was written meanwhile.
   * @param isWaiting what is sent goes out later, and can be taken back until then
   */
  async function send<T>(request: () => Promise<T>, isWaiting = false): Promise<T> {
    const sent = { ...now.current, files: files.current }
    isSending.current = true
    ahead.current = sent.isEmpty ? '' : sent.html
    wanted.current = null
    clearTimeout(timer.current)
    show('', true)
    await underWay.current
    try {
      const answer = await request()
      version.current = 0
      files.current = files.current.filter((id) => !sent.files.includes(id))
      ahead.current = ''
      isHeld.current = isWaiting
      setState('none')
      if (!now.current.isEmpty || files.current.length > 0) change(now.current.html, now.current.isEmpty)
      else localStorage.removeItem(key)
      return answer
    } catch (error) {
      ahead.current = ''
      putBefore(sent.html, sent.isEmpty)
      throw error
    } finally {
      isSending.current = false
      void save()
    }
  }

  /** What comes back stands before what was written meanwhile. */
  function putBefore(html: string, isNothing: boolean) {
    const written = now.current
    if (!isNothing || !written.isEmpty) change((isNothing ? '' : html) + (written.isEmpty ? '' : written.html), false)
  }

  /** Nothing waits to go out any more: what was written meanwhile is saved. */
  function release() {
    isHeld.current = false
    void save()
  }

  /** Thrown away: nothing of it is kept here. */
  function forget() {
    clearTimeout(timer.current)
    wanted.current = null
    localStorage.removeItem(key)
    version.current = 0
    files.current = []
    show('', true)
    setState('none')
  }

  /** A reply that waited comes back: undone, or refused when its time came. */
  function bringBack(draft: DraftOutput) {
    version.current = draft.version
    files.current = [...draft.attachments.map(({ id }) => id), ...files.current]
    if (now.current.isEmpty) {
      show(draft.bodyHtml, false)
      setState('saved')
    } else putBefore(draft.bodyHtml, false)
    release()
  }

  /** What the server has, as it stands now. */
  function adopt(draft: DraftOutput) {
    clearTimeout(timer.current)
    wanted.current = null
    localStorage.removeItem(key)
    version.current = draft.version
    files.current = draft.attachments.map(({ id }) => id)
    show(draft.bodyHtml, false)
    setState('saved')
  }

  return {
    html,
    isEmpty,
    state,
    restored,
    change,
    send,
    forget,
    adopt,
    bringBack,
    release,
    /** As it stands at this moment. */
    read: () => now.current.html,
    setFiles(ids: string[]) {
      files.current = ids
      change(now.current.html, now.current.isEmpty)
    },
    setAddressees(chosen: Chosen | null) {
      const isOther = chosen !== null || addressees.current !== null
      addressees.current = chosen
      if (isSending.current) return
      if (!now.current.isEmpty) change(now.current.html, false)
      // Whom it goes to is kept before the first word; what waits to go out has its own.
      else if (isOther && !isHeld.current) change(now.current.html, true)
    },
    /** Keeps what stands here, whatever the other device wrote. */
    async overrule() {
      const answer = await api.tickets.saveDraft({
        id: ticketId,
        kind,
        bodyHtml: now.current.isEmpty ? '' : now.current.html,
        attachmentIds: files.current,
        addressees: addressees.current,
        device: deviceName(),
      })
      version.current = answer.draft?.version ?? 0
      setState(answer.draft ? 'saved' : 'none')
    },
  }
}
