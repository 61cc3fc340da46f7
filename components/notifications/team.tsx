'use client'

import { Plus, Send } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { HookOutput, TypeChoices } from '@/lib/notifications/schema'
import { hookTypes } from '@/lib/notifications/values'
import { api } from '@/lib/wiring/client'
import { ChoiceMatrix, matrixFrom } from './matrix'

/** The notifications of everyone who has not chosen otherwise. */
export function DefaultsForm({ version, types }: { version: number; types: TypeChoices[] }) {
  const common = useTranslations('common')
  const { run, error, isPending } = useAction(api.notifications.updateDefaults, { isForm: true, success: common('saved') })
  return (
    <Card className="p-5">
      <GuardedForm className="grid gap-5" onSubmit={(form) => run({ version, matrix: matrixFrom(form, types) })}>
        <FormError>{error?.message}</FormError>
        <ChoiceMatrix types={types} />
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}

const hookFrom = (form: FormData) => ({
  name: String(form.get('name')),
  kind: String(form.get('kind')) as HookOutput['kind'],
  types: hookTypes.filter((type) => form.get(type) === 'on'),
})

function HookFields({ hook, errors = {} }: { hook?: HookOutput; errors?: Record<string, string[]> }) {
  const common = useTranslations('common')
  const t = useTranslations('notifications')
  return (
    <>
      <Field label={common('name')} errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={hook?.name} required />}
      </Field>
      <Field label={t('hooks.format')} hint={t('hooks.formatHint')} errors={errors.kind}>
        {(control) => (
          <ChoiceField
            {...control}
            name="kind"
            defaultValue={hook?.kind ?? 'slack'}
            label={t('hooks.format')}
            options={[
              { value: 'slack', name: t('hooks.kinds.slack') },
              { value: 'json', name: t('hooks.kinds.json') },
            ]}
          />
        )}
      </Field>
      <Field label={t('hooks.url')} hint={hook ? t('hooks.urlKept', { host: hook.host }) : t('hooks.urlHint')} errors={errors.url}>
        {(control) => <Input {...control} name="url" type="url" autoComplete="off" required={!hook} />}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('hooks.events')}</legend>
        {hookTypes.map((type) => (
          <Checkbox
            key={type}
            name={type}
            label={t(`hooks.types.${type}`)}
            defaultChecked={hook ? hook.types.includes(type) : type === 'ticket_created'}
          />
        ))}
        {errors.types && <p className="text-sm text-danger">{errors.types.join(' ')}</p>}
      </fieldset>
    </>
  )
}

/** A new webhook; its secret is shown this once. */
export function AddHook() {
  const t = useTranslations('notifications.hooks')
  const [secret, setSecret] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.notifications.addHook, {
    isForm: true,
    onDone: ({ hook, secret: made }) => setSecret(hook.kind === 'json' ? made : null),
  })
  return (
    <>
      <FormDialog
        icon={Plus}
        trigger={t('add')}
        triggerVariant="primary"
        title={t('title')}
        submit={t('add')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => run({ ...hookFrom(form), url: String(form.get('url')) })}
      >
        <HookFields errors={error?.fields} />
      </FormDialog>
      <Dialog
        title={t('secretTitle')}
        says={t('secretSays')}
        isOpen={secret !== null}
        onOpenChange={(isOpen) => !isOpen && setSecret(null)}
      >
        <p className="flex items-center gap-2 rounded-md bg-surface p-3 font-mono text-sm wrap-anywhere">
          {secret}
          <CopyButton value={secret ?? ''} />
        </p>
      </Dialog>
    </>
  )
}

/** Sends a trial and waits for how it went. */
async function tryNow({ id, lastAt }: HookOutput) {
  await api.notifications.testHook({ id })
  for (let tries = 0; tries < 30; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const hook = (await api.notifications.hooks()).items.find((row) => row.id === id)
    if (hook?.lastAt?.getTime() !== lastAt?.getTime()) break
  }
}

export function HookMenu({ hook }: { hook: HookOutput }) {
  const { id, version, name, isActive } = hook
  const common = useTranslations('common')
  const t = useTranslations('notifications.hooks')
  const trial = useAction(tryNow)
  const update = useAction(api.notifications.updateHook, { success: common('saved') })
  const remove = useAction(api.notifications.deleteHook, {
    success: t('deleted', { name }),
    undo: () => api.notifications.restoreHook({ id }),
  })
  const question = { action: common('delete'), title: t('deleteTitle', { name }), says: t('deleteSays') }
  return (
    <RowMenu
      of={name}
      isPending={trial.isPending || update.isPending}
      actions={[
        { verb: 'edit', dialog: (onClose) => <EditHook hook={hook} onClose={onClose} /> },
        isActive && { name: t('test'), icon: Send, onUse: () => trial.run(hook) },
        {
          verb: isActive ? 'turnOff' : 'turnOn',
          onUse: () => update.run({ id, version, name, kind: hook.kind, types: hook.types, isActive: !isActive }),
        },
        {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

function EditHook({ hook, onClose }: { hook: HookOutput; onClose: () => void }) {
  const { id, version, name } = hook
  const common = useTranslations('common')
  const t = useTranslations('notifications.hooks')
  const { run, error, isPending } = useAction(api.notifications.updateHook, { isForm: true, success: common('saved') })
  return (
    <FormDialog
      onClose={onClose}
      title={name}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const url = String(form.get('url'))
        return run({ id, version, ...hookFrom(form), isActive: form.get('isActive') === 'on', ...(url ? { url } : {}) })
      }}
    >
      <HookFields hook={hook} errors={error?.fields} />
      <Checkbox name="isActive" label={t('isActive')} defaultChecked={hook.isActive} />
    </FormDialog>
  )
}
