'use client'

import { useTranslations } from 'next-intl'
import { EmailInput, Field, Select } from '@/components/ui/field'
import type { MailboxProviders } from '@/lib/channels/email/mailboxes/schema'
import { mailboxPresets } from '@/lib/channels/email/mailboxes/values'
import { AccessField, WayField } from './mailbox-consent'
import { type Preset, type StepProps, withPreset } from './mailbox-form'

interface Props extends StepProps {
  providers: MailboxProviders
  isNew: boolean
}

/** Which mailbox it is, and at which provider. */
export function MailboxAddress({ form, setForm, fields, providers, isNew }: Props) {
  const t = useTranslations('settings.mailboxes')
  const way = isNew && (providers.google || providers.microsoft) && (
    <WayField form={form} setForm={setForm} fields={fields} providers={providers} />
  )
  if (form.way !== 'password')
    return (
      <>
        {way}
        <AccessField value={form.access} onChange={(access) => setForm({ ...form, access })} />
      </>
    )
  return (
    <>
      {way}
      <Field label={t('provider')} hint={form.preset === 'generic' ? t('providerHint') : t(`presetHints.${form.preset}`)}>
        {(control) => (
          <Select {...control} value={form.preset} onChange={({ target }) => setForm(withPreset(form, target.value as Preset))}>
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
