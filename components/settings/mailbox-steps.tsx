'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { MailboxOutput, MailboxProviders } from '@/lib/channels/email/mailboxes/schema'
import { mailAddress } from '@/lib/core/mail-address'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'
import { MailboxAddress } from './mailbox-address'
import { MailboxConnection } from './mailbox-connection'
import { leaveFor } from './mailbox-consent'
import { directions, type Form, formOf, serverTo } from './mailbox-form'
import { MailboxSettings } from './mailbox-settings'
import { useConnectionTest } from './use-connection-test'

/** An account that is signed in to has its address and its servers from there. */
const stepsOf = (isSignedIn: boolean, isNew: boolean) => {
  if (!isSignedIn) return ['address', 'connection', 'settings'] as const
  return isNew ? (['address', 'settings', 'consent'] as const) : (['connection', 'settings'] as const)
}

interface Props {
  mailbox?: MailboxOutput
  departments: Reference[]
  providers: MailboxProviders
  onDone: () => void
  /** That something was typed. */
  onChange: () => void
}

/** A mailbox in three steps: its address, its servers with a test, and what becomes of its mail. */
export function MailboxSteps({ mailbox, departments, providers, onDone, onChange }: Props) {
  const t = useTranslations('settings.mailboxes')
  const common = useTranslations('common')
  const [step, setStep] = useState(0)
  const [form, setForm] = useState(() => formOf(mailbox, providers))
  const tests = {
    incoming: useConnectionTest('incoming', form, mailbox),
    outgoing: useConnectionTest('outgoing', form, mailbox),
  }
  const [isTesting, setTesting] = useState(false)
  const [refusal, setRefusal] = useState<Record<string, string[]>>({})
  /** The settings for which it was chosen: others are tested again. */
  const [savedAnyway, setSavedAnyway] = useState('')
  const typed = tests.incoming.key + tests.outgoing.key
  const savesAnyway = savedAnyway === typed
  const success = mailbox ? common('saved') : t(savesAnyway ? 'addedUntested' : 'added')
  const save = useAction(
    async ({ way: _, access: __, left: ___, daysBack, incoming, outgoing, departmentId, senderName, ...data }: Form) => {
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
  const { way } = form
  const steps = stepsOf(way !== 'password', !mailbox)
  const leave = useAction(api.mailboxes.authorise, { isForm: true, onDone: leaveFor })
  const isLast = step === steps.length - 1
  /** Whether the servers let us in, or are to be saved as they are. */
  async function isConnectionWanted() {
    setTesting(true)
    const outcomes = await Promise.all(directions.map((direction) => tests[direction].outcome(savesAnyway)))
    setTesting(false)
    return outcomes.every((outcome) => outcome === 'works' || (savesAnyway && outcome === 'fails'))
  }
  async function next(event: { preventDefault: () => void }) {
    event.preventDefault()
    const isNone = steps[step] === 'address' && way === 'password' && !mailAddress(form.address)
    setRefusal(isNone ? { address: [t('noAddress')] } : {})
    if (isNone) return
    if (steps[step] === 'connection' && !(await isConnectionWanted())) return
    if (!isLast) return setStep(step + 1)
    if (mailbox || way === 'password') return save.run(form)
    const { access, isIncoming, isOutgoing, isDefault, daysBack, departmentId } = form
    const said = { name: form.name.trim() || undefined, senderName: form.senderName.trim() || undefined }
    const given = { isIncoming, isOutgoing, isDefault, daysBack: Number(daysBack), departmentId: departmentId || undefined }
    await leave.run({ provider: way, access, ...said, ...given })
  }
  const parts = { form, setForm, fields: { ...save.error?.fields, ...leave.error?.fields, ...refusal } }
  const last = mailbox ? common('save') : way === 'password' ? t('add') : t(`continue.${way}`)
  return (
    <form className="grid gap-4" onSubmit={(event) => void next(event)} onInput={onChange}>
      <ol className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {steps.map((name, index) => (
          <li key={name} aria-current={index === step ? 'step' : undefined} className={index === step ? 'font-medium' : 'text-muted'}>
            {t('step', { number: String(index + 1), name: t(`steps.${name}`) })}
          </li>
        ))}
      </ol>
      <FormError>{save.error?.message ?? leave.error?.message}</FormError>
      {steps[step] === 'address' && <MailboxAddress {...parts} providers={providers} isNew={!mailbox} />}
      {steps[step] === 'connection' && (
        <MailboxConnection
          {...parts}
          mailbox={mailbox}
          tests={tests}
          savesAnyway={savesAnyway}
          onSavesAnyway={(isChosen) => setSavedAnyway(isChosen ? typed : '')}
        />
      )}
      {steps[step] === 'settings' && (
        <MailboxSettings {...parts} isNew={!mailbox} departments={departments} found={tests.incoming.folders} />
      )}
      {steps[step] === 'consent' && way !== 'password' && <p className="text-sm">{t(`consentSays.${way}`)}</p>}
      <div className="flex flex-wrap gap-2">
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('back')}</Button>}
        <Button type="submit" variant="primary" isPending={isTesting || save.isPending || leave.isPending}>
          {isLast ? last : t('next')}
        </Button>
      </div>
    </form>
  )
}
