'use client'

import { ORPCError } from '@orpc/client'
import { CircleHelp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useRef, useState } from 'react'
import { SearchInput } from '@/components/ui/field'
import { drawnByStyle } from '@/components/ui/icon'
import { Popover } from '@/components/ui/popover'
import { filterHelp } from '@/lib/tickets/ticket/attribute-names'
import { maxSearchLength } from '@/lib/tickets/ticket/values'
import { api } from '@/lib/wiring/client'

/** The filter language, with what it can be asked beside it. */
export function SearchBox({ q, problem: given }: { q?: string; problem: string | null }) {
  const t = useTranslations('tickets')
  const field = useRef<HTMLInputElement>(null)
  const router = useRouter()
  const [problem, setProblem] = useState(given)
  /** A search that cannot be understood is said at the field; the list stays as it is. */
  async function search(event: FormEvent) {
    event.preventDefault()
    const typed = field.current?.value.trim() ?? ''
    setProblem(null)
    try {
      if (typed) await api.tickets.list({ q: typed, limit: 1 })
    } catch (error) {
      if (error instanceof ORPCError && error.code === 'INVALID') return setProblem(error.message)
    }
    router.push(typed ? `/agent?${new URLSearchParams({ q: typed })}` : '/agent')
  }
  function add(example: string) {
    const input = field.current
    if (!input) return
    input.value = `${input.value.trim()} ${example}`.trim()
    input.focus()
  }
  return (
    <search className="relative ms-auto grid min-w-0 max-w-full grid-cols-[minmax(0,1fr)]">
      <form className="flex" action="/agent" onSubmit={(event) => void search(event)}>
        <SearchInput
          ref={field}
          name="q"
          defaultValue={q}
          aria-label={t('search.label')}
          aria-keyshortcuts="/"
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? 'search-problem' : undefined}
          placeholder={t('search.placeholder')}
          maxLength={maxSearchLength}
          data-shortcut="/"
          className="w-72 min-w-0 rounded-e-none border-e-0"
        />
        <Popover.Root>
          <Popover.Trigger aria-label={t('search.help')} className="shrink-0 rounded-e-md border bg-raised px-2 hover:bg-surface">
            <CircleHelp aria-hidden className="size-4 text-muted" {...drawnByStyle} />
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              align="end"
              sideOffset={4}
              collisionPadding={8}
              aria-label={t('search.help')}
              className="z-50 max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-md border bg-raised p-3 text-sm shadow-md"
            >
              <p className="mb-2">{t.rich('search.says', { code: (chunks) => <code>{chunks}</code>, quoted: t('search.quoted') })}</p>
              <ul className="grid gap-1">
                {filterHelp.map(({ name, key, says, example, values }) => (
                  <li key={name}>
                    <button
                      type="button"
                      onClick={() => add(example)}
                      className="grid w-full grid-cols-[9.5rem_1fr] gap-2 rounded px-1 py-1 text-start hover:bg-surface"
                    >
                      <code className="truncate text-link">{example}</code>
                      <span className="text-muted">
                        {t(`filterHelp.${says}`, { label: key ? t(`attributes.${key}`) : '', values: values.join(', ') })}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      </form>
      {problem && (
        <p
          id="search-problem"
          role="alert"
          className="absolute inset-x-0 top-full z-20 mt-1 rounded-md border border-danger/40 bg-raised px-3 py-2 text-sm text-danger shadow-md"
        >
          {problem}
        </p>
      )}
    </search>
  )
}
