'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { FoundArticles } from './found-articles'

interface Props {
  /** The language of the reader. */
  locale: string
  /** What was looked for. */
  given?: string
  example?: string
  onType?: (typed: string) => void
  /** What else fits what is being typed. */
  children?: ReactNode
  className?: string
}

/** The question to the help centre. Articles come as it is typed; without JavaScript it leads to the page of results. */
export function HelpCentreSearch({ locale, given = '', example, onType, children, className }: Props) {
  const t = useTranslations('helpCentreSearch')
  const [typed, setTyped] = useState('')
  const text = typed.trim()
  return (
    <search className={cn('grid gap-3 text-start text-foreground', className)}>
      <form action="/kb/search" className="flex flex-wrap gap-2">
        <input
          type="search"
          name="q"
          dir="auto"
          defaultValue={given}
          required
          aria-label={t('label')}
          placeholder={example ?? t('label')}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value)
            onType?.(event.target.value)
          }}
          className="h-12 min-w-0 flex-1 basis-56 rounded-md border bg-raised px-4 placeholder:text-muted"
        />
        <Button type="submit" size="large" className="min-h-12 bg-raised max-sm:w-full">
          {t('submit')}
        </Button>
      </form>
      <FoundArticles typed={typed} locale={locale} />
      {children}
      {text && (
        <Button asChild className="bg-raised">
          <a href={`/submit?title=${encodeURIComponent(text)}`}>{t('ask')}</a>
        </Button>
      )}
    </search>
  )
}
