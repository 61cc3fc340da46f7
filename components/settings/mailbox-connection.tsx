'use client'

import { CircleAlert, CircleCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox, Field, Input, Select } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { type MailboxOutput, securities } from '@/lib/channels/email/mailboxes/schema'
import { api } from '@/lib/wiring/client'
import { type Direction, directions, type Form, type StepProps, serverTo } from './mailbox-form'

interface Props extends StepProps {
  mailbox?: MailboxOutput
  onFound: (folders: string[]) => void
}

/** The servers of a mailbox, with a test whether they answer. */
export function MailboxConnection({ form, setForm, mailbox, fields, onFound }: Props) {
  const t = useTranslations('settings.mailboxes')
  const [result, setResult] = useState<Awaited<ReturnType<typeof api.mailboxes.test>> | null>(null)
  const test = useAction(api.mailboxes.test, {
    isForm: true,
    onDone: (output) => {
      setResult(output)
      onFound(output.folders)
      return false
    },
  })
  const errors = { ...fields, ...test.error?.fields }
  const change = (direction: Direction, key: keyof Form['incoming'], value: string) =>
    setForm((before) => ({ ...before, [direction]: { ...before[direction], [key]: value } }))
  const run = () =>
    void test.run({
      mailboxId: mailbox?.id,
      address: form.address,
      preset: form.preset,
      incoming: form.isIncoming ? serverTo(form.incoming) : null,
      outgoing: form.isOutgoing ? serverTo(form.outgoing) : null,
    })
  return (
    <>
      {directions.map((direction) => {
        const isOn = direction === 'incoming' ? form.isIncoming : form.isOutgoing
        const tested = result?.[direction]
        return (
          <fieldset key={direction} className="grid gap-3 rounded-md border p-3">
            <legend className="px-1 text-sm font-medium">{t(`directions.${direction}`)}</legend>
            <Checkbox
              label={t(`uses.${direction}`)}
              checked={isOn}
              onChange={({ target }) => setForm({ ...form, [direction === 'incoming' ? 'isIncoming' : 'isOutgoing']: target.checked })}
            />
            {isOn && form.way === 'password' && (
              <div className="grid gap-3 sm:grid-cols-2">
                <Field label={t('host')} errors={errors[`${direction}.host`]}>
                  {(control) => (
                    <Input
                      {...control}
                      dir="ltr"
                      autoComplete="off"
                      required
                      value={form[direction].host}
                      onChange={({ target }) => change(direction, 'host', target.value)}
                    />
                  )}
                </Field>
                <div className="grid grid-cols-2 gap-3">
                  <Field label={t('port')} errors={errors[`${direction}.port`]}>
                    {(control) => (
                      <Input
                        {...control}
                        inputMode="numeric"
                        required
                        value={form[direction].port}
                        onChange={({ target }) => change(direction, 'port', target.value)}
                      />
                    )}
                  </Field>
                  <Field label={t('security')} errors={errors[`${direction}.security`]}>
                    {(control) => (
                      <Select
                        {...control}
                        value={form[direction].security}
                        onChange={({ target }) => change(direction, 'security', target.value)}
                      >
                        {securities.map((security) => (
                          <option key={security} value={security}>
                            {t(`securities.${security}`)}
                          </option>
                        ))}
                      </Select>
                    )}
                  </Field>
                </div>
                <Field label={t('user')} hint={t('userHint')} errors={errors[`${direction}.user`]}>
                  {(control) => (
                    <Input
                      {...control}
                      dir="ltr"
                      autoComplete="off"
                      value={form[direction].user}
                      placeholder={form.address}
                      onChange={({ target }) => change(direction, 'user', target.value)}
                    />
                  )}
                </Field>
                <Field
                  label={t('password')}
                  hint={
                    mailbox?.[direction].hasPassword
                      ? t('passwordKept')
                      : direction === 'outgoing' && form.isIncoming
                        ? t('passwordSame')
                        : undefined
                  }
                  errors={errors[`${direction}.password`]}
                >
                  {(control) => (
                    <Input
                      {...control}
                      type="password"
                      autoComplete="new-password"
                      value={form[direction].password}
                      onChange={({ target }) => change(direction, 'password', target.value)}
                    />
                  )}
                </Field>
              </div>
            )}
            {isOn && tested && (
              <p role="status" className={`flex items-start gap-2 text-sm ${tested.ok ? 'text-success' : 'text-danger'}`}>
                {tested.ok ? (
                  <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
                ) : (
                  <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
                )}
                <span className="min-w-0 wrap-anywhere">{tested.error ?? t('works')}</span>
              </p>
            )}
          </fieldset>
        )
      })}
      {test.error && <FormError>{test.error.message}</FormError>}
      <Button className="justify-self-start" isPending={test.isPending} onClick={run}>
        {t(test.isPending ? 'testing' : 'test')}
      </Button>
    </>
  )
}
