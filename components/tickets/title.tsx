'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { ClashChoice } from './clash'
import { useChange } from './use-change'

/** The title, changed where it stands: Enter saves, Escape leaves it as it was. */
export function Title({ ticket }: { ticket: TicketOutput }) {
  const t = useTranslations('tickets')
  const [draft, setDraft] = useState<string | null>(null)
  const { run, error, clash } = useChange(ticket, api.tickets.changeDetails, {
    read: ({ title }) => title,
    versionOf: ({ version }) => version,
    onDone: () => setDraft(null),
  })
  const save = () => {
    const title = draft?.trim()
    if (!title || title === ticket.title) setDraft(null)
    else void run({ title })
  }
  if (!ticket.abilities.update || draft === null)
    return (
      <h1 dir="auto" className="text-lg font-semibold wrap-anywhere">
        {ticket.abilities.update ? (
          <button type="button" className="text-start hover:underline" title={t('editTitle')} onClick={() => setDraft(ticket.title)}>
            {ticket.title}
          </button>
        ) : (
          ticket.title
        )}
      </h1>
    )
  return (
    <div className="grid gap-2">
      <Input
        aria-label={t('attributes.title')}
        dir="auto"
        autoFocus
        maxLength={200}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save()
          if (event.key === 'Escape') setDraft(null)
        }}
        className="text-lg font-semibold"
      />
      <FormError>{error?.message}</FormError>
      <ClashChoice clash={clash} />
    </div>
  )
}
