'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import { TicketInput } from './ticket-input'

interface Props {
  id: string
  number: string
  /** Whose other tickets are offered first. */
  requesterEmail: string | null
  onClose: () => void
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** Asks which other ticket this one has to do with, and how. */
export function LinkTicket({ id, number, requesterEmail, onClose }: Props) {
  const t = useTranslations('tickets.menu')
  const [other, setOther] = useState('')
  const link = useAction(api.tickets.link, { isForm: true, success: t('linked') })
  return (
    <FormDialog
      title={t('linkTitle', { number })}
      submit={t('link')}
      error={link.error}
      isPending={link.isPending}
      onSubmit={(form) => link.run({ id, other: text(form, 'other'), kind: text(form, 'kind') as 'relates' })}
      onClose={onClose}
    >
      <Field label={t('thisTicket')}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('thisTicket')}
            name="kind"
            defaultValue="relates"
            options={(['relates', 'blocks', 'duplicates'] as const).map((kind) => ({ value: kind, name: t(`kind.${kind}`) }))}
          />
        )}
      </Field>
      <TicketInput
        label={t('ticket')}
        name="other"
        value={other}
        onChange={setOther}
        requester={requesterEmail}
        besides={id}
        errors={link.error?.fields.other}
      />
    </FormDialog>
  )
}
