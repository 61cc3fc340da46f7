'use client'

import { CircleAlert, CircleCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type Dispatch, type SetStateAction, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox, EmailInput, Field, Input, Options, Select } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { type MailboxOutput, mailboxPresets, presets, securities } from '@/lib/channels/email/mailboxes/schema'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'

const steps = ['address', 'connection', 'settings'] as const
const directions = ['incoming', 'outgoing'] as const
type Direction = (typeof directions)[number]
type Preset = (typeof mailboxPresets)[number]

const serverFrom = (server: MailboxOutput['incoming'] | null, preset: Preset, direction: Direction) => {
  const known = presets[preset][direction]
  return {
    host: server?.host || known?.host || '',
    port: String(server?.port ?? known?.port ?? (direction === 'incoming' ? 993 : 465)),
    security: server?.host ? server.security : (known?.security ?? 'tls'),
    user: server?.user ?? '',
    password: '',
  }
}

const formOf = (mailbox?: MailboxOutput) => ({
  address: mailbox?.address ?? '',
  preset: mailbox?.preset ?? ('gmail' as Preset),
  incoming: serverFrom(mailbox?.incoming ?? null, mailbox?.preset ?? 'gmail', 'incoming'),
  outgoing: serverFrom(mailbox?.outgoing ?? null, mailbox?.preset ?? 'gmail', 'outgoing'),
  isIncoming: mailbox?.isIncoming ?? true,
  isOutgoing: mailbox?.isOutgoing ?? true,
  name: mailbox?.name ?? '',
  senderName: mailbox?.senderName ?? '',
  departmentId: mailbox?.department?.id ?? '',
  folders: mailbox?.folders ?? ['INBOX'],
  daysBack: '0',
  isDefault: mailbox?.isDefault ?? false,
  marksSeen: mailbox?.marksSeen ?? false,
})
type Form = ReturnType<typeof formOf>

const serverTo = ({ port, password, user, ...server }: Form['incoming']) => ({
  ...server,
  user,
  port: Number(port) || undefined,
  ...(password ? { password } : {}),
})

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
  const set = <K extends keyof Form>(key: K, value: Form[K]) => setForm((before) => ({ ...before, [key]: value }))
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
    if (await save.run(form)) return
    setStep((at) => at)
  }
  const fields = save.error?.fields ?? {}
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
      {steps[step] === 'address' && (
        <>
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
              <EmailInput {...control} value={form.address} required onChange={(event) => set('address', event.target.value)} />
            )}
          </Field>
        </>
      )}
      {steps[step] === 'connection' && <Connection form={form} setForm={setForm} mailbox={mailbox} fields={fields} onFound={setFound} />}
      {steps[step] === 'settings' && (
        <>
          <Field label={t('name')} errors={fields.name}>
            {(control) => (
              <Input {...control} value={form.name} placeholder={form.address} onChange={(event) => set('name', event.target.value)} />
            )}
          </Field>
          <Field label={t('department')} hint={t('departmentHint')} errors={fields.departmentId}>
            {(control) => (
              <Select {...control} value={form.departmentId} onChange={(event) => set('departmentId', event.target.value)}>
                <option value="">{t('defaultDepartment')}</option>
                <Options of={departments} />
              </Select>
            )}
          </Field>
          <Field label={t('senderName')} hint={t('senderNameHint')} errors={fields.senderName}>
            {(control) => <Input {...control} value={form.senderName} onChange={(event) => set('senderName', event.target.value)} />}
          </Field>
          {form.isIncoming && (
            <>
              {!mailbox && (
                <Field label={t('daysBack')} errors={fields.daysBack}>
                  {(control) => (
                    <Select {...control} value={form.daysBack} onChange={(event) => set('daysBack', event.target.value)}>
                      {[0, 1, 7, 30].map((days) => (
                        <option key={days} value={days}>
                          {t('daysBackOption', { days })}
                        </option>
                      ))}
                    </Select>
                  )}
                </Field>
              )}
              <fieldset className="grid gap-2">
                <legend className="mb-1.5 text-sm font-medium">{t('folders')}</legend>
                {[...new Set([...form.folders, ...found])].slice(0, 100).map((folder) => (
                  <Checkbox
                    key={folder}
                    label={folder}
                    checked={form.folders.includes(folder)}
                    onChange={({ target }) =>
                      set('folders', target.checked ? [...form.folders, folder] : form.folders.filter((each) => each !== folder))
                    }
                  />
                ))}
                {found.length === 0 && <p className="text-sm text-muted">{t('foldersHint')}</p>}
              </fieldset>
              <Checkbox label={t('marksSeen')} checked={form.marksSeen} onChange={({ target }) => set('marksSeen', target.checked)} />
            </>
          )}
          <Checkbox label={t('isDefault')} checked={form.isDefault} onChange={({ target }) => set('isDefault', target.checked)} />
        </>
      )}
      <div className="flex flex-wrap gap-2">
        {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('back')}</Button>}
        <Button type="submit" variant="primary" isPending={save.isPending}>
          {isLast ? (mailbox ? common('save') : t('add')) : t('next')}
        </Button>
      </div>
    </form>
  )
}

interface ConnectionProps {
  form: Form
  setForm: Dispatch<SetStateAction<Form>>
  mailbox?: MailboxOutput
  fields: Record<string, string[]>
  onFound: (folders: string[]) => void
}

function Connection({ form, setForm, mailbox, fields, onFound }: ConnectionProps) {
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
            {isOn && (
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
