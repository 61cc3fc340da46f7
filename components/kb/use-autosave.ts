'use client'

import { ORPCError } from '@orpc/client'
import { useEffect, useRef, useState } from 'react'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { api } from '@/lib/wiring/client'

type Change = Omit<Parameters<typeof api.kb.updateArticle>[0], 'id' | 'version'>
export type SaveState = 'saved' | 'changed' | 'saving' | 'failed'

const waitMs = 1200
/** After a failure it is tried again this much later. */
const againMs = 8000

const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

const texts = ['title', 'content', 'excerpt', 'seoTitle', 'seoDescription', 'seoKeywords'] as const

/**
 * Saves what is typed, a moment after the last key, at the version that was read. What somebody else changed meanwhile is taken over
 * where it is something else; where it is the same, both are kept until whoever writes has chosen.
 * @param onTaken shows what was taken over, but for what is still being written
 */
export function useAutosave(first: ArticleOutput, onTaken: (now: ArticleOutput, written: Change) => void) {
  const [article, setArticle] = useState(first)
  const [state, setState] = useState<SaveState>('saved')
  const [problem, setProblem] = useState<{ message: string; fields: Record<string, string[]> } | null>(null)
  const [theirs, setTheirs] = useState<ArticleOutput | null>(null)
  /** Saved by somebody else while nothing here was to be saved. */
  const [newer, setNewer] = useState<ArticleOutput | null>(null)
  /** As the server has it, what is not saved yet, and the request that is on its way. */
  const held = useRef({ base: first, pending: {} as Change, running: null as Promise<boolean> | null, isClashing: false, timer: 0 })
  const plan = (ms: number) => {
    window.clearTimeout(held.current.timer)
    held.current.timer = window.setTimeout(() => void save(), ms)
  }

  function adopt(now: ArticleOutput) {
    held.current.base = now
    setArticle(now)
    setNewer(null)
  }

  async function send(): Promise<boolean> {
    const { base, pending } = held.current
    held.current.pending = {}
    setState('saving')
    try {
      const now = await api.kb.updateArticle({ id: base.id, version: base.version, ...pending })
      adopt(now)
      setProblem(null)
      setState(Object.keys(held.current.pending).length > 0 ? 'changed' : 'saved')
      return true
    } catch (thrown) {
      held.current.pending = { ...pending, ...held.current.pending }
      const error = thrown instanceof ORPCError ? thrown : null
      if (error?.code === 'CONFLICT') return await merge()
      setState('failed')
      const fields = (error?.data as { fields?: Record<string, string[]> } | undefined)?.fields ?? {}
      setProblem({ message: error ? error.message : '', fields })
      if (!error || error.code === 'UNAVAILABLE' || error.code === 'RATE_LIMITED') plan(againMs)
      return false
    }
  }

  async function merge(): Promise<boolean> {
    try {
      const now = await api.kb.article({ id: first.id })
      // With what was typed meanwhile.
      const { base, pending } = held.current
      const clashes = (Object.keys(pending) as (keyof Change & keyof ArticleOutput)[]).some(
        (key) => !isSame(base[key], now[key]) && !isSame(pending[key], now[key]),
      )
      if (!clashes) {
        adopt(now)
        onTaken(now, pending)
        return await send()
      }
      held.current.isClashing = true
      setTheirs(now)
    } catch {
      plan(againMs)
    }
    setState('failed')
    return false
  }

  /** Saves what is not saved yet; false where that did not work. */
  async function save(): Promise<boolean> {
    window.clearTimeout(held.current.timer)
    if (held.current.running) await held.current.running
    if (held.current.isClashing) return false
    if (Object.keys(held.current.pending).length === 0) return true
    const running = send()
    held.current.running = running
    const isSaved = await running
    held.current.running = null
    return isSaved && Object.keys(held.current.pending).length > 0 ? save() : isSaved
  }

  function change(more: Change) {
    held.current.pending = { ...held.current.pending, ...more }
    setState('changed')
    if (!held.current.isClashing) plan(waitMs)
  }

  /** It was changed, here or elsewhere: what somebody else wrote is offered, and all the rest taken over. */
  async function look() {
    if (held.current.running) await held.current.running
    const now = await api.kb.article({ id: first.id }).catch((error) => {
      // Deleted, or not for whoever writes any more: saving says so.
      if (error instanceof ORPCError && error.code === 'NOT_FOUND') return null
      throw error
    })
    const { base, pending, isClashing, running } = held.current
    if (!now || now.version <= base.version || running) return
    if (isClashing) return setTheirs(now)
    // Saving finds out.
    if (Object.keys(pending).length > 0) return
    if (texts.some((key) => !isSame(base[key], now[key]))) return setNewer(now)
    adopt(now)
    onTaken(now, {})
  }

  /** What stands in the fields. */
  const mine = () => ({ title: held.current.base.title, content: held.current.base.content, ...held.current.pending })

  /** Ends a clash: what is typed here is saved over theirs, or thrown away. */
  function choose(whose: 'mine' | 'theirs') {
    const now = theirs ?? newer
    if (!now) return
    held.current.isClashing = false
    adopt(now)
    setTheirs(null)
    if (whose === 'mine') {
      onTaken(now, held.current.pending)
      return void save()
    }
    held.current.pending = {}
    setState('saved')
  }

  const isUnsaved = state !== 'saved'
  useEffect(() => {
    if (!isUnsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isUnsaved])
  // Whoever goes to another page of the workspace takes nothing along that was not sent.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is left
  useEffect(() => () => void save(), [])
  /** What an action on the article is done to. */
  const at = () => ({ id: held.current.base.id, version: held.current.base.version })
  return { article, state, problem, theirs, newer, mine, look, change, save, adopt, choose, at }
}
