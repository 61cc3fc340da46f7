'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { FormDialog } from '@/components/ui/form-dialog'
import type { ActionError } from '@/components/ui/use-action'
import type { BulkChange } from '@/lib/tickets/actions/schema'
import { api } from '@/lib/wiring/client'
import { TicketName } from './labels'
import type { ListedTicket } from './listed'

interface Props {
  tickets: readonly ListedTicket[]
  run: (change: BulkChange, isSure: boolean) => Promise<boolean>
  error: ActionError | null
  isPending: boolean
  onClose: () => void
}

const numberOf = ({ number }: ListedTicket) => Number(number.split('-').at(-1))

/** Asks into which of several tickets the others are merged, the oldest unless another is chosen, and says what that does. */
export function MergeMany({ tickets, run, error, isPending, onClose }: Props) {
  const t = useTranslations('tickets.bulk')
  const sorted = [...tickets].sort((a, b) => numberOf(a) - numberOf(b))
  const [intoId, setInto] = useState(sorted[0]?.id ?? '')
  const into = sorted.find(({ id }) => id === intoId)
  const change = { kind: 'merge', intoId } as const
  const ids = sorted.map(({ id }) => id)
  const { data: preview } = useQuery({
    queryKey: ['merge-preview', intoId, ...ids],
    queryFn: () => api.tickets.previewBulk({ ids, change }),
    retry: false,
    gcTime: 0,
  })
  const count = sorted.length - 1
  return (
    <FormDialog
      title={t('mergeTitle', { count: sorted.length })}
      says={t('mergeSays')}
      submit={t('merge', { count: preview?.changed ?? count })}
      error={error}
      isPending={isPending}
      isDisabled={preview?.changed === 0}
      onSubmit={() => run(change, true)}
      onClose={onClose}
    >
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-sm font-medium">{t('mergeInto')}</legend>
        <div className="max-h-64 overflow-y-auto rounded-md border p-1 text-sm">
          {sorted.map((ticket) => (
            <label key={ticket.id} className="flex min-h-8 items-center gap-2 rounded px-2 py-1.5 hover:bg-surface">
              <input
                type="radio"
                name="into"
                value={ticket.id}
                checked={ticket.id === intoId}
                // biome-ignore lint/a11y/noAutofocus: what a key opened has the focus
                autoFocus={ticket.id === intoId}
                onChange={() => setInto(ticket.id)}
                className="size-4 shrink-0 accent-accent"
              />
              <TicketName ticket={ticket} />
            </label>
          ))}
        </div>
      </fieldset>
      <ul aria-live="polite" className="grid min-h-16 content-start gap-1 text-sm">
        {preview && into && (
          <>
            <li>{t('willMerge', { count: preview.changed, into: into.number })}</li>
            {preview.changed < preview.chosen && <li>{t('willNotMerge', { count: preview.chosen - preview.changed })}</li>}
            {preview.ofOthers > 0 && <li>{t('mergeOthers', { count: preview.ofOthers, name: into.requester.name })}</li>}
            <li>{t('willMail', { count: preview.mailed })}</li>
          </>
        )}
      </ul>
    </FormDialog>
  )
}
