'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import type { Requester } from './new-ticket/draft'
import { RequesterField } from './new-ticket/requester-field'
import { useOwnVersion } from './own-version'

interface Props {
  ticket: TicketOutput
  /** Whether the reader sees contacts. */
  mayFind: boolean
  onClose: () => void
}

/** Asks who a ticket is for from now on, and says who sees it then and who gets the mail. */
export function ChangeRequester({ ticket: { id, number, isPublic, requester: before }, mayFind, onClose }: Props) {
  const t = useTranslations('tickets.changeRequester')
  const own = useOwnVersion()
  const [chosen, setChosen] = useState<Requester | null>(null)
  const [keepsPrevious, setKeepsPrevious] = useState(false)
  const change = useAction(
    () => {
      const to =
        chosen?.kind === 'known' ? { contactId: chosen.id } : { requester: { name: chosen?.name ?? '', email: chosen?.email ?? '' } }
      return own.inTurn(
        (version) => api.tickets.changeRequester({ id, version, keepsPrevious, ...to }),
        (after) => after.version,
      )
    },
    { isForm: true, success: t('changed') },
  )
  const name = chosen?.name.trim()
  return (
    <FormDialog
      title={t('title', { number })}
      submit={t('submit')}
      error={change.error}
      isPending={change.isPending}
      onSubmit={() => change.run(undefined)}
      onClose={onClose}
    >
      <RequesterField value={chosen} onChange={setChosen} mayFind={mayFind} errors={change.error?.fields ?? {}} />
      {name && (
        <>
          <Checkbox
            label={t('keep', { name: before.name })}
            checked={keepsPrevious}
            onChange={({ target }) => setKeepsPrevious(target.checked)}
          />
          <ul aria-live="polite" className="ms-5 grid list-disc gap-1 text-sm">
            <li>{t('sees', { name })}</li>
            <li>{keepsPrevious ? t('stays', { name: before.name }) : t('loses', { name: before.name })}</li>
            {isPublic && <li>{t('unshared')}</li>}
            <li>{t('noMail', { name })}</li>
          </ul>
        </>
      )}
    </FormDialog>
  )
}
