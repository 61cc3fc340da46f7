'use client'

import { useTranslations } from 'next-intl'
import { EmailInput, Field, Select } from '@/components/ui/field'
import { mailboxPresets } from '@/lib/channels/email/mailboxes/schema'
import { type Preset, type StepProps, serverFrom } from './mailbox-form'

/** Which mailbox it is, and at which provider. */
export function MailboxAddress({ form, setForm, fields }: StepProps) {
  const t = useTranslations('settings.mailboxes')
  return (
    <>
      <Field label={t('provider')} hint={form.preset === 'generic' ? t('providerHint') : t(`presetHints.${form.preset}`)}>
        {(control) => (
          <Select
            {...control}
            value={form.preset}
            onChange={(event) => {
              const preset = event.target.value as Preset
              setForm({
                ...form,
                preset,
                incoming: { ...serverFrom(null, preset, 'incoming'), user: form.incoming.user, password: form.incoming.password },
                outgoing: { ...serverFrom(null, preset, 'outgoing'), user: form.outgoing.user, password: form.outgoing.password },
              })
            }}
          >
            {mailboxPresets.map((preset) => (
              <option key={preset} value={preset}>
                {t(`presets.${preset}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('address')} errors={fields.address}>
        {(control) => (
          <EmailInput {...control} value={form.address} required onChange={(event) => setForm({ ...form, address: event.target.value })} />
        )}
      </Field>
    </>
  )
}
