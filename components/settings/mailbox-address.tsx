'use client'

import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { EmailInput, Field } from '@/components/ui/field'
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
          <ChoiceField
            {...control}
            value={form.preset}
            onChange={(value) => setForm(withPreset(form, value as Preset))}
            label={t('provider')}
            options={mailboxPresets.map((preset) => ({ value: preset, name: t(`presets.${preset}`) }))}
          />
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
