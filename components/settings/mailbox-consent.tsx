'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Select } from '@/components/ui/field'
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
        <Select {...control} value={form.way} onChange={({ target }) => setForm({ ...form, way: target.value as Way })}>
          {ways.map((way) => (
            <option key={way} value={way} disabled={isMissing(way)}>
              {t(`ways.${way}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

export function AccessField({ value, onChange }: { value: Access; onChange: (access: Access) => void }) {
  const t = useTranslations('settings.mailboxes')
  return (
    <Field label={t('access')} hint={t(`accessHints.${value}`)}>
      {(control) => (
        <Select {...control} value={value} onChange={({ target }) => onChange(target.value as Access)}>
          {accessKinds.map((access) => (
            <option key={access} value={access}>
              {t(`accessKinds.${access}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** Leaves for the provider, which sends people back to the list of mailboxes. */
export const leaveFor = ({ address }: { address: string }) => {
  window.location.assign(address)
  return false
}

/** Of a mailbox whose account was signed in to: signing in again, and giving the consent back. */
export function ConsentActions({ mailbox }: { mailbox: MailboxOutput & { provider: 'google' | 'microsoft' } }) {
  const { id, provider, name, state } = mailbox
  const t = useTranslations('settings.mailboxes')
  const [isOpen, setOpen] = useState(false)
  const [access, setAccess] = useState(mailbox.access)
  const start = useAction(api.mailboxes.authorise, { isForm: true, onDone: leaveFor })
  const disconnect = useAction(api.mailboxes.disconnect, { success: t('disconnected', { name }) })
  const isRevoked = state === 'revoked'
  return (
    <>
      <Button size="small" variant={isRevoked ? 'primary' : undefined} onClick={() => setOpen(true)}>
        {t('connectAgain')}
      </Button>
      {!isRevoked && (
        <ConfirmButton
          action={t('disconnect')}
          title={t('disconnectTitle', { name })}
          says={t(`disconnectSays.${provider}`)}
          isPending={disconnect.isPending}
          onConfirm={() => disconnect.run({ id })}
        />
      )}
      <Dialog title={t('connectAgain')} isOpen={isOpen} onOpenChange={setOpen}>
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
    </>
  )
}
