'use client'

import { Ban, CircleSlash, FilePlus2, Paperclip, Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { TicketInput } from '@/components/tickets/ticket-input'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { MailOutput, Recovery } from '@/lib/channels/email/schema'
import { api } from '@/lib/wiring/client'

type Kept = Pick<MailOutput, 'id' | 'from' | 'recoveries'>

/** What may be done with an email that became no ticket. */
export function RecoverMail({ mail }: { mail: Kept }) {
  const { recoveries } = mail
  const has = (action: Recovery) => recoveries.includes(action)
  if (recoveries.length === 0) return null
  return (
    <div className="flex flex-wrap gap-2">
      {has('ticket') && <CreateTicket mail={mail} />}
      {has('attach') && <AddToTicket mail={mail} />}
      {has('ignore') && <Ignore mail={mail} />}
      {has('restore') && <MoveBack mail={mail} />}
      {has('block') && mail.from.address && <Block mail={mail} address={mail.from.address} />}
    </div>
  )
}

function useTicketAction(success: string) {
  const router = useRouter()
  return useAction(api.mail.recover, {
    isForm: true,
    success,
    onDone({ ticketId }) {
      router.push(`/agent/tickets/${ticketId}`)
      return false
    },
  })
}

const textIn = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

function CreateTicket({ mail: { id, from } }: { mail: Kept }) {
  const t = useTranslations('settings.mail')
  const { run, error, isPending } = useTicketAction(t('created'))
  return (
    <FormDialog
      icon={FilePlus2}
      trigger={t('createTicket')}
      triggerVariant="primary"
      triggerSize="small"
      title={t('createTicket')}
      says={t('createTicketSays')}
      submit={t('createTicket')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const name = textIn(form, 'name')
        return run({ id, action: 'ticket', requester: { email: textIn(form, 'email'), ...(name ? { name } : {}) } })
      }}
    >
      <Field label={t('requesterEmail')} errors={error?.fields['requester.email']}>
        {(control) => <EmailInput {...control} name="email" defaultValue={from.address ?? ''} required />}
      </Field>
      <Field label={t('requesterName')} errors={error?.fields['requester.name']}>
        {(control) => <Input {...control} name="name" defaultValue={from.name} maxLength={120} />}
      </Field>
    </FormDialog>
  )
}

function AddToTicket({ mail: { id, from } }: { mail: Kept }) {
  const t = useTranslations('settings.mail')
  const [into, setInto] = useState('')
  const { run, error, isPending } = useTicketAction(t('attached'))
  return (
    <FormDialog
      icon={Paperclip}
      trigger={t('attach')}
      title={t('attach')}
      says={t('attachSays')}
      submit={t('attach')}
      error={error}
      isPending={isPending}
      onSubmit={() => run({ id, action: 'attach', into: into.trim() })}
    >
      <TicketInput
        label={t('ticket')}
        name="into"
        value={into}
        onChange={setInto}
        requester={from.address}
        errors={error?.fields.into ?? error?.fields.other}
      />
    </FormDialog>
  )
}

function Ignore({ mail: { id } }: { mail: Kept }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.recover, {
    success: t('ignored'),
    undo: () => api.mail.recover({ id, action: 'restore' }),
  })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id, action: 'ignore' })}>
      <CircleSlash aria-hidden /> {t('ignore')}
    </Button>
  )
}

function MoveBack({ mail: { id } }: { mail: Kept }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.recover, { success: t('restored') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id, action: 'restore' })}>
      <Undo2 aria-hidden /> {t('restore')}
    </Button>
  )
}

function Block({ mail: { id }, address }: { mail: Kept; address: string }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.recover, { success: t('blocked') })
  return (
    <ConfirmButton
      action={t('block')}
      icon={<Ban aria-hidden />}
      title={t('blockTitle', { address })}
      says={t('blockSays')}
      isPending={isPending}
      onConfirm={() => run({ id, action: 'block' })}
    />
  )
}
