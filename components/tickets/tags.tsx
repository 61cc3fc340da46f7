'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useKeys } from '@/components/ui/keys'
import { Badge } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { tagOf } from '@/lib/core/tag'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { useUndo } from './use-undo'

/** The tags of a ticket; each change is saved by itself. Enter or comma adds, Backspace in the empty field removes the last. */
export function Tags({ ticket: { id, tags: stored, abilities } }: { ticket: TicketOutput }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const own = useOwnVersion()
  const offer = useUndo(id)
  const field = useId()
  const [typed, setTyped] = useState('')
  const [known, setKnown] = useState<string[]>([])
  // What is wanted shows at once; what is typed while one change is saved goes with the next.
  const [wanted, setWanted] = useState<string[] | null>(null)
  const newest = useRef<string[] | null>(null)
  const isSaving = useRef(false)
  const change = (next: string[]) =>
    own.inTurn(
      (version) => api.tickets.changeTags({ id, version, tags: next }),
      (ticket) => ticket.version,
    )
  const { run, error } = useAction(change, { isForm: true })
  const tags = wanted ?? stored
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says now replaces what was wanted before
  useEffect(() => {
    if (!isSaving.current) setWanted(null)
  }, [stored])
  async function save(next: string[]) {
    newest.current = next
    setWanted(next)
    if (isSaving.current) return
    isSaving.current = true
    for (let saved: string[] | null = null; saved !== newest.current; ) {
      saved = newest.current
      if (await run(saved ?? [])) {
        const value = saved?.join(', ') || common('none')
        offer('tags', t('properties.savedAs', { says: t('properties.isNow', { attribute: t('attributes.tags'), value }) }))
        continue
      }
      setWanted(null)
      break
    }
    isSaving.current = false
  }
  useKeys({ t: () => (abilities.update ? document.getElementById(field)?.focus() : false) })
  useEffect(() => {
    if (!typed || !tagOf(typed)) return
    const timer = setTimeout(() => {
      api.tickets.tags({ q: typed }).then(
        ({ items }) => setKnown(items),
        () => setKnown([]), // typing goes on without suggestions
      )
    }, 150)
    return () => clearTimeout(timer)
  }, [typed])
  const [problem, setProblem] = useState<string | null>(null)
  /** @param text what stands in the field: it may have been typed before this code was there to hear of it */
  function add(text: string) {
    if (!text.trim()) return
    setTyped(text)
    const tag = tagOf(text)
    setProblem(tag ? null : t('tags.invalid'))
    if (!tag) return
    setTyped('')
    if (!tags.includes(tag)) void save([...tags, tag])
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    const { value } = event.currentTarget
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add(value)
    } else if (event.key === 'Escape') {
      // Back to the ticket's own keys; going back to the list takes another press.
      event.stopPropagation()
      event.currentTarget.blur()
    } else if (event.key === 'Backspace' && !value && tags.length > 0) void save(tags.slice(0, -1))
  }
  return (
    <div className="property">
      <label htmlFor={field}>{t('attributes.tags')}</label>
      <div className="flex min-w-0 flex-wrap items-center gap-1 rounded-md border border-transparent px-1.5 focus-within:border-line focus-within:bg-surface">
        <ul aria-label={t('tags.listLabel')} className="contents empty:hidden">
          {tags.map((tag) => (
            <li key={tag} className="min-w-0">
              <Badge className="max-w-full">
                <span dir="auto" className="truncate">
                  {tag}
                </span>
                {abilities.update && (
                  <button
                    type="button"
                    aria-label={t('tags.remove', { tag })}
                    onClick={() => void save(tags.filter((other) => other !== tag))}
                  >
                    <X aria-hidden className="size-3" />
                  </button>
                )}
              </Badge>
            </li>
          ))}
        </ul>
        {abilities.update && (
          <>
            <input
              id={field}
              list={`${field}-known`}
              value={typed}
              dir="auto"
              maxLength={60}
              onBlur={(event) => add(event.target.value)}
              aria-keyshortcuts="t"
              autoComplete="off"
              placeholder={t('tags.add')}
              aria-invalid={error ? true : undefined}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={onKeyDown}
              className="h-6 min-w-16 flex-1 bg-transparent text-sm outline-none placeholder:text-muted"
            />
            <datalist id={`${field}-known`}>
              {known
                .filter((tag) => !tags.includes(tag))
                .map((tag) => (
                  <option key={tag} value={tag} />
                ))}
            </datalist>
          </>
        )}
      </div>
      {(problem ?? error) && (
        <p role="alert" className="text-sm text-danger">
          {problem ?? error?.message}
        </p>
      )}
    </div>
  )
}
