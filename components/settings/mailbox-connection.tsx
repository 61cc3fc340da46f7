'use client'

import { CircleAlert, CircleCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { cn } from '@/components/ui/cn'
import { Checkbox, Field, Input } from '@/components/ui/field'
import type { MailboxOutput } from '@/lib/channels/email/mailboxes/schema'
import { securities } from '@/lib/channels/email/mailboxes/values'
import { type Direction, directions, type Form, isOn, type StepProps } from './mailbox-form'
import type { ConnectionTest } from './use-connection-test'

interface Props extends StepProps {
  mailbox?: MailboxOutput
  tests: Record<Direction, ConnectionTest>
  savesAnyway: boolean
  onSavesAnyway: (savesAnyway: boolean) => void
}

/** The servers of a mailbox, each with a test whether it answers. */
export function MailboxConnection({ form, setForm, mailbox, fields, tests, savesAnyway, onSavesAnyway }: Props) {
  const t = useTranslations('settings.mailboxes')
  const wanted = directions.filter((direction) => isOn(form, direction))
  // While only one is tested the other can be: leaving a field for this button begins a test of its own.
  const isPending = wanted.length > 0 && wanted.every((direction) => tests[direction].isPending)
  const errors = { ...fields, ...tests.incoming.fields, ...tests.outgoing.fields }
  const change = (direction: Direction, key: keyof Form['incoming'], value: string) =>
    setForm((before) => ({ ...before, [direction]: { ...before[direction], [key]: value } }))
  /** Those that are filled; where none is, all say what they need. */
  function run() {
    const filled = wanted.filter((direction) => tests[direction].isFilled)
    for (const direction of filled.length > 0 ? filled : wanted) void tests[direction].test()
  }
  return (
    <>
      {directions.map((direction) => {
        const isWanted = wanted.includes(direction)
        return (
          <fieldset
            key={direction}
            className="grid gap-3 rounded-md border p-3"
            onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && tests[direction].testOnLeaving()}
          >
            <legend className="px-1 text-sm font-medium">{t(`directions.${direction}`)}</legend>
            <Checkbox
              label={t(`uses.${direction}`)}
              checked={isWanted}
              onChange={({ target }) => setForm({ ...form, [direction === 'incoming' ? 'isIncoming' : 'isOutgoing']: target.checked })}
            />
            {isWanted && form.way === 'password' && (
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
                      <ChoiceField
                        {...control}
                        value={form[direction].security}
                        onChange={(value) => change(direction, 'security', value)}
                        label={t('security')}
                        options={securities.map((security) => ({ value: security, name: t(`securities.${security}`) }))}
                      />
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
            {isWanted && <TestResult test={tests[direction]} />}
          </fieldset>
        )
      })}
      {wanted.some((direction) => tests[direction].shown?.error || tests[direction].problem) && (
        <div className="grid gap-1">
          <Checkbox label={t('saveAnyway')} checked={savesAnyway} onChange={({ target }) => onSavesAnyway(target.checked)} />
          <p className="ps-6 text-sm text-muted">{t('saveAnywayHint')}</p>
        </div>
      )}
      <Button className="justify-self-start" isPending={isPending} onClick={run}>
        {t(isPending ? 'testing' : 'test')}
      </Button>
    </>
  )
}

/** Keeps its line while there is nothing to say, so that the buttons below stay where they are. */
function TestResult({ test: { shown, problem, isPending } }: { test: ConnectionTest }) {
  const t = useTranslations('settings.mailboxes')
  const error = isPending ? undefined : (shown?.error ?? (shown ? undefined : problem))
  const isWorking = !isPending && shown?.error === null
  const Icon = isWorking ? CircleCheck : CircleAlert
  return (
    <p
      role="status"
      className={cn('flex min-h-5 items-start gap-2 text-sm', isWorking ? 'text-success' : error ? 'text-danger' : 'text-muted')}
    >
      {(isWorking || error) && <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />}
      <span className="min-w-0 wrap-anywhere">{isPending ? t('testing') : isWorking ? t('works') : error}</span>
    </p>
  )
}
