'use client'

import { useState } from 'react'
import { HelpCentreSearch } from '@/components/help-centre/search-form'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Suggestions } from './suggestions'

interface Props {
  /** Whose earlier requests are shown while they write. */
  isCustomer: boolean
  /** The language in which there are articles that may answer; where there are none, the question becomes a request. */
  locale: string | undefined
  label: string
  example: string
  submit: string
  className?: string
}

/** The question on the portal's start page. It needs no JavaScript. */
export function PortalSearch({ isCustomer, locale, label, example, submit, className }: Props) {
  const [asking, setAsking] = useState('')
  const suggestions = isCustomer && <Suggestions title={asking} />
  if (locale)
    return (
      <HelpCentreSearch locale={locale} example={example} onType={setAsking} className={className}>
        {suggestions}
      </HelpCentreSearch>
    )
  return (
    <form action="/submit" className={cn('grid gap-3 text-start text-foreground', className)}>
      <div className="flex flex-wrap gap-2">
        <input
          name="title"
          dir="auto"
          aria-label={label}
          placeholder={example}
          maxLength={200}
          onChange={(event) => setAsking(event.target.value)}
          className="h-12 min-w-0 flex-1 basis-56 rounded-md border bg-raised px-4 placeholder:text-muted"
        />
        <Button type="submit" size="large" className="min-h-12 bg-raised max-sm:w-full">
          {submit}
        </Button>
      </div>
      {suggestions}
    </form>
  )
}
