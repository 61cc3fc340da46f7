'use client'

import { Plus } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')

export function CreateTenant() {
  const { run, error, isPending } = useAction(api.platform.createTenant, {
    isForm: true,
    success: 'The desk is being set up; its owner gets an invitation.',
  })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> New tenant
        </>
      }
      triggerVariant="primary"
      title="New tenant"
      submit="Create tenant"
      error={error}
      isPending={isPending}
      onSubmit={(form) =>
        run({
          name: text(form, 'name'),
          slug: text(form, 'slug'),
          isolation: text(form, 'isolation') === 'dedicated' ? 'dedicated' : 'pooled',
          owner: { name: text(form, 'ownerName'), email: text(form, 'ownerEmail') },
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        })
      }
    >
      <Field label="Name of the business" errors={fields.name}>
        {(control) => <Input {...control} name="name" required />}
      </Field>
      <Field label="Address" hint="The first part of its host name: small letters, digits, hyphens." errors={fields.slug}>
        {(control) => <Input {...control} name="slug" required />}
      </Field>
      <Field label="Isolation" hint="Both are kept apart by the database; a schema of its own can be moved and backed up alone.">
        {(control) => (
          <Select {...control} name="isolation" defaultValue="pooled">
            <option value="pooled">Pooled: shared tables, row-level security</option>
            <option value="dedicated">Dedicated: a schema of its own</option>
          </Select>
        )}
      </Field>
      <Field label="Owner's name" errors={fields['owner.name']}>
        {(control) => <Input {...control} name="ownerName" required />}
      </Field>
      <Field label="Owner's email" errors={fields['owner.email']}>
        {(control) => <Input {...control} name="ownerEmail" type="email" required />}
      </Field>
    </FormDialog>
  )
}

interface TenantProps {
  id: string
  version: number
  name: string
  status: 'active' | 'suspended'
}

export function TenantActions({ id, version, name, status }: TenantProps) {
  const suspend = useAction(api.platform.suspendTenant, { isForm: true, success: `${name} is suspended.` })
  const resume = useAction(api.platform.resumeTenant, { success: `${name} is active again.` })
  if (status === 'suspended')
    return (
      <Button size="small" isPending={resume.isPending} onClick={() => void resume.run({ id, version })}>
        Resume
      </Button>
    )
  return (
    <FormDialog
      trigger="Suspend"
      triggerVariant="danger"
      title={`Suspend ${name}`}
      says="Nobody can use the desk until it is resumed. Nothing is deleted, and mail is kept."
      submit="Suspend"
      error={suspend.error}
      isPending={suspend.isPending}
      onSubmit={(form) => suspend.run({ id, version, reason: text(form, 'reason') })}
    >
      <Field label="Reason" errors={suspend.error?.fields.reason}>
        {(control) => <Input {...control} name="reason" required />}
      </Field>
    </FormDialog>
  )
}

export function AddAdmin() {
  const { run, error, isPending } = useAction(api.platform.addAdmin, { isForm: true, success: 'The administrator was added.' })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> Add
        </>
      }
      triggerVariant="primary"
      title="Add an administrator"
      submit="Add"
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ name: text(form, 'name'), email: text(form, 'email'), password: text(form, 'password') })}
    >
      <Field label="Name" errors={fields.name}>
        {(control) => <Input {...control} name="name" required />}
      </Field>
      <Field label="Email" errors={fields.email}>
        {(control) => <Input {...control} name="email" type="email" required />}
      </Field>
      <Field label="Password" hint="At least 10 characters; tell it to them in person." errors={fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
    </FormDialog>
  )
}

export function RemoveAdmin({ id, name }: { id: string; name: string }) {
  const { run, isPending } = useAction(api.platform.removeAdmin, { success: `${name} was removed.` })
  return (
    <ConfirmButton
      action="Remove"
      title={`Remove ${name}`}
      says="They are signed out at once."
      isPending={isPending}
      onConfirm={() => run({ id })}
    />
  )
}
