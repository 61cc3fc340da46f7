'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { MailboxOutput } from '@/lib/channels/email/mailboxes/schema'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'
import { MailboxAddress } from './mailbox-address'
import { MailboxConnection } from './mailbox-connection'
import { type Form, formOf, serverTo } from './mailbox-form'
import { MailboxSettings } from './mailbox-settings'

const steps = ['address', 'connection', 'settings'] as const

interface Props {
  mailbox?: MailboxOutput
  departments: Reference[]
  onDone: () => void
}

/** A mailbox in three steps: its address, its servers with a test, and what becomes of its mail. */
export function MailboxSteps({ mailbox, departments, onDone }: Props) {
  const t = useTranslations('settings.mailboxes')
  const common = useTranslations('common')
  const [step, setStep] = useState(0)
  const [form, setForm] = useState(() => formOf(mailbox))
  const [found, setFound] = useState<string[]>([])
  const success = mailbox ? common('saved') : t('added')
  const save = useAction(
    async ({ daysBack, incoming, outgoing, departmentId, senderName, ...data }: Form) => {
      const given = {
        ...data,
        name: data.name.trim() || data.address,
        departmentId: departmentId || null,
        senderName: senderName.trim() || null,
        incoming: data.isIncoming ? serverTo(incoming) : {},
        outgoing: data.isOutgoing ? serverTo(outgoing) : {},
      }
      if (mailbox) return api.mailboxes.update({ ...given, id: mailbox.id, version: mailbox.version })
      return api.mailboxes.create({ ...given, daysBack: Number(daysBack) })
    },
    { isForm: true, success, onDone },
  )
  const isLast = step === steps.length - 1
  async function next(event: { preventDefault: () => void }) {
    event.preventDefault()
    if (!isLast) return setStep(step + 1)
    await save.run(form)
  }
  const parts = { form, setForm, fields: save.error?.fields ?? {} }
  return (
    <form className="grid gap-4" onSubmit={(event) => void next(event)}>
      <ol className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {steps.map((name, index) => (
          <li key={name} aria-current={index === step ? 'step' : undefined} className={index === step ? 'font-medium' : 'text-muted'}>
            {t('step', { number: String(index + 1), name: t(`steps.${name}`) })}
          </li>
        ))}
      </ol>
      <FormError>{save.error?.message}</FormError>
      {steps[step] === 'address' && <MailboxAddress {...parts} />}
      {steps[step] === 'connection' && <MailboxConnection {...parts} mailbox={mailbox} onFound={setFound} />}
      {steps[step] === 'settings' && <MailboxSettings {...parts} isNew={!mailbox} departments={departments} found={found} />}
      <div className="flex flex-wrap gap-2">
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('back')}</Button>}
        <Button type="submit" variant="primary" isPending={save.isPending}>
          {isLast ? (mailbox ? common('save') : t('add')) : t('next')}
        </Button>
      </div>
    </form>
  )
}
