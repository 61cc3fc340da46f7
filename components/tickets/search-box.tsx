'use client'

import { CircleHelp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Popover } from 'radix-ui'
import { useRef } from 'react'
import { SearchInput } from '@/components/ui/field'
import { filterHelp } from '@/lib/tickets/ticket/attribute-names'
import { maxSearchLength } from '@/lib/tickets/ticket/schema'

/** The filter language, with what it can be asked beside it. */
export function SearchBox({ q, problem }: { q?: string; problem: string | null }) {
  const t = useTranslations('tickets')
  const field = useRef<HTMLInputElement>(null)
  function add(example: string) {
    const input = field.current
    if (!input) return
    input.value = `${input.value.trim()} ${example}`.trim()
    input.focus()
  }
  return (
    <search className="ms-auto grid min-w-0 max-w-full">
      <form className="flex" action="/agent">
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
            <CircleHelp aria-hidden className="size-4 text-muted" />
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
        <p id="search-problem" role="alert" className="pt-1 text-sm text-danger">
          {problem}
        </p>
      )}
    </search>
  )
}
