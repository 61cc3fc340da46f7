'use client'

import { useTranslations } from 'next-intl'
import { EmailInput, Field, Select } from '@/components/ui/field'
import { type MailboxProviders, mailboxPresets } from '@/lib/channels/email/mailboxes/schema'
import { AccessField, WayField } from './mailbox-consent'
import { type Preset, type StepProps, serverFrom } from './mailbox-form'

interface Props extends StepProps {
  providers: MailboxProviders
  isNew: boolean
}

/** Which mailbox it is, and at which provider. */
export function MailboxAddress({ form, setForm, fields, providers, isNew }: Props) {
  const t = useTranslations('settings.mailboxes')
  const way = isNew && <WayField form={form} setForm={setForm} fields={fields} providers={providers} />
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
