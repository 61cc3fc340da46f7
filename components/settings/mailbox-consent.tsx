'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { MailboxOutput, MailboxProviders } from '@/lib/channels/email/mailboxes/schema'
import { accessKinds } from '@/lib/channels/email/mailboxes/values'
import { api } from '@/lib/wiring/client'
import { type StepProps, type Way, ways } from './mailbox-form'

type Access = (typeof accessKinds)[number]

/** Whether an account is signed in to, at Google or Microsoft, or a server is named with a password. */
export function WayField({ form, setForm, providers }: StepProps & { providers: MailboxProviders }) {
  const t = useTranslations('settings.mailboxes')
  const isMissing = (way: Way) => way !== 'password' && !providers[way]
  const missing = ways.filter(isMissing)
  return (
    <Field label={t('way')} hint={missing.map((way) => (way === 'password' ? '' : t(`notConfigured.${way}`))).join(' ') || undefined}>
      {(control) => (
        <ChoiceField
          {...control}
          value={form.way}
          onChange={(value) => setForm({ ...form, way: value as Way })}
          label={t('way')}
          options={ways.filter((way) => !isMissing(way)).map((way) => ({ value: way, name: t(`ways.${way}`) }))}
        />
      )}
    </Field>
  )
}

export function AccessField({ value, onChange }: { value: Access; onChange: (access: Access) => void }) {
  const t = useTranslations('settings.mailboxes')
  return (
    <Field label={t('access')} hint={t(`accessHints.${value}`)}>
      {(control) => (
        <ChoiceField
          {...control}
          value={value}
          onChange={(value) => onChange(value as Access)}
          label={t('access')}
          options={accessKinds.map((access) => ({ value: access, name: t(`accessKinds.${access}`) }))}
        />
      )}
    </Field>
  )
}

/** Leaves for the provider, which sends people back to the list of mailboxes. */
export const leaveFor = ({ address }: { address: string }) => {
  window.location.assign(address)
  return false
}

export type SignedInMailbox = MailboxOutput & { provider: 'google' | 'microsoft' }

/** Signs in again to the account of a mailbox. */
export function ConnectAgain({ mailbox, onClose }: { mailbox: SignedInMailbox; onClose: () => void }) {
  const { id, provider } = mailbox
  const t = useTranslations('settings.mailboxes')
  const [access, setAccess] = useState(mailbox.access)
  const start = useAction(api.mailboxes.authorise, { isForm: true, onDone: leaveFor })
  return (
    <Dialog title={t('connectAgain')} isOpen onOpenChange={onClose}>
      <div className="grid gap-4">
        <FormError>{start.error?.message}</FormError>
        <AccessField value={access} onChange={setAccess} />
        <p className="text-sm text-muted">{t(`consentSays.${provider}`)}</p>
        <Button
          variant="primary"
          className="justify-self-start"
          isPending={start.isPending}
          onClick={() => void start.run({ provider, mailboxId: id, access })}
        >
          {t(`continue.${provider}`)}
        </Button>
      </div>
    </Dialog>
  )
}

/** Gives the consent to its account back. */
export function DisconnectMailbox({ mailbox: { id, provider, name }, onClose }: { mailbox: SignedInMailbox; onClose: () => void }) {
  const t = useTranslations('settings.mailboxes')
  const disconnect = useAction(api.mailboxes.disconnect, { success: t('disconnected', { name }) })
  return (
    <ConfirmButton
      action={t('disconnect')}
      title={t('disconnectTitle', { name })}
      says={t(`disconnectSays.${provider}`)}
      isPending={disconnect.isPending}
      onConfirm={() => disconnect.run({ id })}
      onClose={onClose}
    />
  )
}
