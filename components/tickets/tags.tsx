'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useId, useRef, useState } from 'react'
import { useKeys } from '@/components/ui/keys'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { TagField } from './tag-field'
import { useUndo } from './use-undo'

/** The tags of a ticket; each change is saved by itself. */
export function Tags({ ticket: { id, tags: stored, abilities } }: { ticket: TicketOutput }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const own = useOwnVersion()
  const offer = useUndo(id)
  const field = useId()
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
  return (
    <div className="property">
      <label htmlFor={field}>{t('attributes.tags')}</label>
      <TagField
        id={field}
        listLabel={t('tags.listLabel')}
        value={tags}
        onChange={(next) => void save(next)}
        isDisabled={!abilities.update}
        shortcut="t"
        problem={error?.message}
        className="rounded-md border border-transparent px-0.5 focus-within:border-line focus-within:bg-surface"
      />
    </div>
  )
}
