'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')

export function CreateTenant() {
  const t = useTranslations('platform.tenants')
  const { run, error, isPending } = useAction(api.platform.createTenant, {
    isForm: true,
    success: t('created'),
  })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      triggerVariant="primary"
      title={t('new')}
      submit={t('create')}
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
      <Field label={t('name')} errors={fields.name}>
        {(control) => <Input {...control} name="name" required />}
      </Field>
      <Field label={t('slug')} hint={t('slugHint')} errors={fields.slug}>
        {(control) => <Input {...control} name="slug" required />}
      </Field>
      <Field label={t('isolation')} hint={t('isolationHint')}>
        {(control) => (
          <ChoiceField
            {...control}
            name="isolation"
            defaultValue="pooled"
            label={t('isolation')}
            options={[
              { value: 'pooled', name: t('isolations.pooled') },
              { value: 'dedicated', name: t('isolations.dedicated') },
            ]}
          />
        )}
      </Field>
      <Field label={t('ownerName')} errors={fields['owner.name']}>
        {(control) => <Input {...control} name="ownerName" required />}
      </Field>
      <Field label={t('ownerEmail')} errors={fields['owner.email']}>
        {(control) => <EmailInput {...control} name="ownerEmail" required />}
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

export function RestoreTenant({ id, name }: Pick<TenantProps, 'id' | 'name'>) {
  const t = useTranslations('platform.tenants')
  const { run, isPending } = useAction(api.platform.restoreTenant, { success: t('restored', { name }) })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id })}>
      {t('restore')}
    </Button>
  )
}

export function DeleteTenant({ id, version, name }: TenantProps) {
  const common = useTranslations('common')
  const t = useTranslations('platform.tenants')
  const { run, isPending } = useAction(api.platform.deleteTenant, { success: t('deleted', { name }) })
  return (
    <ConfirmButton
      action={common('delete')}
      title={t('deleteTitle', { name })}
      says={t('deleteSays')}
      isPending={isPending}
      typeToConfirm={name}
      onConfirm={() => run({ id, version })}
    />
  )
}

export function TenantActions({ id, version, name, status }: TenantProps) {
  const t = useTranslations('platform.tenants')
  const suspend = useAction(api.platform.suspendTenant, { isForm: true, success: t('suspended', { name }) })
  const resume = useAction(api.platform.resumeTenant, { success: t('resumed', { name }) })
  if (status === 'suspended')
    return (
      <Button size="small" isPending={resume.isPending} onClick={() => void resume.run({ id, version })}>
        {t('resume')}
      </Button>
    )
  return (
    <FormDialog
      trigger={t('suspend')}
      triggerVariant="danger"
      title={t('suspendTitle', { name })}
      says={t('suspendSays')}
      submit={t('suspend')}
      error={suspend.error}
      isPending={suspend.isPending}
      onSubmit={(form) => suspend.run({ id, version, reason: text(form, 'reason') })}
    >
      <Field label={t('reason')} errors={suspend.error?.fields.reason}>
        {(control) => <Input {...control} name="reason" required />}
      </Field>
    </FormDialog>
  )
}

export function AddAdmin() {
  const common = useTranslations('common')
  const t = useTranslations('platform.admins')
  const { run, error, isPending } = useAction(api.platform.addAdmin, { isForm: true, success: t('added') })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      icon={Plus}
      trigger={t('add')}
      triggerVariant="primary"
      title={t('title')}
      submit={t('add')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ name: text(form, 'name'), email: text(form, 'email'), password: text(form, 'password') })}
    >
      <Field label={common('name')} errors={fields.name}>
        {(control) => <Input {...control} name="name" required />}
      </Field>
      <Field label={common('email')} errors={fields.email}>
        {(control) => <EmailInput {...control} name="email" required />}
      </Field>
      <Field label={t('password')} hint={t('passwordHint')} errors={fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
    </FormDialog>
  )
}

export function RemoveAdmin({ id, name }: { id: string; name: string }) {
  const common = useTranslations('common')
  const t = useTranslations('platform.admins')
  const { run, isPending } = useAction(api.platform.removeAdmin, { success: t('removed', { name }) })
  return (
    <ConfirmButton
      action={common('remove')}
      title={t('removeTitle', { name })}
      says={t('removeSays')}
      isPending={isPending}
      onConfirm={() => run({ id })}
    />
  )
}
