'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { RoleOutput } from '@/lib/accounts/schema'
import { grantable, type Permission, permissionNames } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'
import { PermissionList } from './permission-list'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
const roleFrom = (form: FormData) => ({
  name: text(form, 'name'),
  description: text(form, 'description'),
  permissions: form.getAll('permissions') as Permission[],
})

/** @param from what a copy begins as */
export function CreateRole({ from, onClose }: { from?: RoleOutput; onClose?: () => void }) {
  const t = useTranslations('settings.roles')
  const copyOf = useTranslations('ui')
  const { run, error, isPending } = useAction(api.roles.create, { isForm: true, success: t('created') })
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      triggerVariant="primary"
      onClose={onClose}
      title={t('new')}
      submit={t('create')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run(roleFrom(form))}
    >
      <RoleFields role={from && { ...from, name: copyOf('copyOf', { name: from.name }) }} errors={error?.fields} />
    </FormDialog>
  )
}

export function RoleMenu({ role }: { role: RoleOutput }) {
  return (
    <RowMenu
      of={role.name}
      actions={[
        { verb: 'edit', dialog: (onClose) => <EditRole role={role} onClose={onClose} /> },
        { verb: 'duplicate', dialog: (onClose) => <CreateRole from={role} onClose={onClose} /> },
        role.people === 0 && { verb: 'delete', dialog: (onClose) => <DeleteRole role={role} onClose={onClose} /> },
      ]}
    />
  )
}

interface OfRole {
  role: RoleOutput
  onClose: () => void
}

function EditRole({ role, onClose }: OfRole) {
  const common = useTranslations('common')
  const { run, error, isPending } = useAction(api.roles.update, { isForm: true, success: common('saved') })
  return (
    <FormDialog
      onClose={onClose}
      title={role.name}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ id: role.id, version: role.version, ...roleFrom(form) })}
    >
      <RoleFields role={role} errors={error?.fields} />
    </FormDialog>
  )
}

function DeleteRole({ role: { id, name }, onClose }: OfRole) {
  const common = useTranslations('common')
  const t = useTranslations('settings.roles')
  const { run, isPending } = useAction(api.roles.delete, { success: t('deleted'), undo: () => api.roles.restore({ id }) })
  return (
    <ConfirmButton
      onClose={onClose}
      action={common('delete')}
      title={t('deleteTitle', { name })}
      says={t('deleteSays')}
      isPending={isPending}
      onConfirm={() => run({ id })}
    />
  )
}

function RoleFields({ role, errors = {} }: { role?: RoleOutput; errors?: Record<string, string[]> }) {
  const t = useTranslations()
  const [chosen, setChosen] = useState<Permission[]>(role?.permissions ?? [])
  return (
    <>
      <Field label={t('common.name')} errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={role?.name} required />}
      </Field>
      <Field label={t('common.description')} errors={errors.description}>
        {(control) => <Input {...control} name="description" defaultValue={role?.description} />}
      </Field>
      <PermissionList name="permissions" of={permissionNames} chosen={chosen} onChange={setChosen} errors={errors.permissions} />
    </>
  )
}

interface GrantChoices {
  people: { id: string; name: string }[]
  roles: { id: string; name: string }[]
  departments: { id: string; name: string }[]
}

export function AddGrant({ people, roles, departments }: GrantChoices) {
  const common = useTranslations('common')
  const permissions = useTranslations('permissions')
  const t = useTranslations('settings.grants')
  const { run, error, isPending } = useAction(api.roles.addGrant, { isForm: true, success: t('granted') })
  const [objectType, setObjectType] = useState<'department' | 'ticket'>('department')
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      title={t('new')}
      says={t('says')}
      submit={t('submit')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const [kind, id] = text(form, 'subject').split(':')
        const permission = text(form, 'permission') as Permission
        const objectId = text(form, 'objectId').trim()
        return run({ permission, objectType, objectId, ...(kind === 'role' ? { roleId: id } : { personId: id }) })
      }}
    >
      <Field label={t('to')}>
        {(control) => (
          <ChoiceField
            {...control}
            name="subject"
            required
            placeholder={common('choose')}
            label={t('to')}
            options={[
              ...people.map(({ id, name }) => ({ value: `person:${id}`, name: name })),
              ...roles.map(({ id, name }) => ({ value: `role:${id}`, name: t('toRole', { name }) })),
            ]}
          />
        )}
      </Field>
      <Field label={t('object')}>
        {(control) => (
          <ChoiceField
            {...control}
            value={objectType}
            onChange={(value) => setObjectType(value as 'department' | 'ticket')}
            label={t('object')}
            options={[
              { value: 'department', name: common('department') },
              { value: 'ticket', name: common('ticket') },
            ]}
          />
        )}
      </Field>
      {objectType === 'department' ? (
        <Field label={common('department')} errors={error?.fields.objectId}>
          {(control) => (
            <ChoiceField
              {...control}
              name="objectId"
              defaultValue={departments[0]?.id}
              label={common('department')}
              options={departments.map(({ id, name }) => ({ value: id, name }))}
            />
          )}
        </Field>
      ) : (
        <Field label={common('ticket')} hint={t('ticketHint')} errors={error?.fields.objectId}>
          {(control) => <Input {...control} name="objectId" required />}
        </Field>
      )}
      <Field label={t('permission')} errors={error?.fields.permission}>
        {(control) => (
          <ChoiceField
            {...control}
            name="permission"
            key={objectType}
            defaultValue={grantable[objectType][0]}
            label={t('permission')}
            options={grantable[objectType].map((name) => ({ value: name, name: permissions(name) }))}
          />
        )}
      </Field>
    </FormDialog>
  )
}

export function GrantMenu({ id, name, says }: { id: string; name: string; says: string }) {
  const t = useTranslations('settings.grants')
  const { run, isPending } = useAction(api.roles.removeGrant, { success: t('revoked') })
  const question = { action: t('revoke'), title: t('revokeTitle'), says, isPending, onConfirm: () => run({ id }) }
  return (
    <RowMenu
      of={name}
      actions={[{ name: t('revoke'), icon: X, isDangerous: true, dialog: (onClose) => <ConfirmButton {...question} onClose={onClose} /> }]}
    />
  )
}
