'use client'

import { Pencil, Plus, Send } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Field, FormError, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { type HookOutput, hookTypes, notificationKinds, type TypeChoices } from '@/lib/notifications/schema'
import { api } from '@/lib/wiring/client'
import { ChoiceMatrix, matrixFrom } from './matrix'

/** What people are told who have not chosen otherwise. */
export function DefaultsForm({ version, types }: { version: number; types: TypeChoices[] }) {
  const { run, error, isPending } = useAction(api.notifications.updateDefaults, { isForm: true, success: 'Saved.' })
  return (
    <Card className="p-5">
      <GuardedForm className="grid gap-5" onSubmit={(form) => run({ version, matrix: matrixFrom(form, types) })}>
        <FormError>{error?.message}</FormError>
        <ChoiceMatrix types={types} />
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          Save
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
  return (
    <>
      <Field label="Name" errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={hook?.name} required />}
      </Field>
      <Field label="Speaks" hint="Slack's way is also that of Mattermost, Rocket.Chat and Discord's /slack addresses." errors={errors.kind}>
        {(control) => (
          <Select {...control} name="kind" defaultValue={hook?.kind ?? 'slack'}>
            <option value="slack">Slack</option>
            <option value="json">JSON, signed</option>
          </Select>
        )}
      </Field>
      <Field label="Address" hint={hook ? `Leave empty to keep the one at ${hook.host}.` : 'It begins with https://'} errors={errors.url}>
        {(control) => <Input {...control} name="url" type="url" autoComplete="off" required={!hook} />}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">Tell it when</legend>
        {hookTypes.map((type) => (
          <Checkbox
            key={type}
            name={type}
            label={notificationKinds[type].name}
            defaultChecked={hook ? hook.types.includes(type) : type === 'ticket_created'}
          />
        ))}
        {errors.types && <p className="text-sm text-danger">{errors.types.join(' ')}</p>}
      </fieldset>
    </>
  )
}

/** A new address; its secret is shown this once. */
export function AddHook() {
  const [secret, setSecret] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.notifications.addHook, {
    isForm: true,
    onDone: ({ hook, secret: made }) => setSecret(hook.kind === 'json' ? made : null),
  })
  return (
    <>
      <FormDialog
        trigger={
          <>
            <Plus aria-hidden /> Add an address
          </>
        }
        triggerVariant="primary"
        title="Tell an address as well"
        submit="Add"
        error={error}
        isPending={isPending}
        onSubmit={(form) => run({ ...hookFrom(form), url: String(form.get('url')) })}
      >
        <HookFields errors={error?.fields} />
      </FormDialog>
      <Dialog
        title="The secret of this address"
        says="It is shown this once. With it the receiver checks the header X-Baraza-Signature: HMAC-SHA256 over the time, a dot and the body."
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

export function HookActions({ hook }: { hook: HookOutput }) {
  const { id, version, name } = hook
  const trial = useAction(tryNow)
  const update = useAction(api.notifications.updateHook, { isForm: true, success: 'Saved.' })
  const remove = useAction(api.notifications.deleteHook, { success: `${name} was removed.` })
  return (
    <div className="flex flex-wrap gap-2">
      {hook.isActive && (
        <Button size="small" isPending={trial.isPending} onClick={() => void trial.run(hook)}>
          <Send aria-hidden /> {trial.isPending ? 'Trying…' : 'Try it'}
        </Button>
      )}
      <FormDialog
        trigger={
          <>
            <Pencil aria-hidden /> Edit
          </>
        }
        title={name}
        submit="Save"
        error={update.error}
        isPending={update.isPending}
        onSubmit={(form) => {
          const url = String(form.get('url'))
          return update.run({ id, version, ...hookFrom(form), isActive: form.get('isActive') === 'on', ...(url ? { url } : {}) })
        }}
      >
        <HookFields hook={hook} errors={update.error?.fields} />
        <Checkbox name="isActive" label="Turned on" defaultChecked={hook.isActive} />
      </FormDialog>
      <ConfirmButton
        action="Remove"
        title={`Remove ${name}`}
        says="It is told nothing any more."
        isPending={remove.isPending}
        onConfirm={() => remove.run({ id })}
      />
    </div>
  )
}
