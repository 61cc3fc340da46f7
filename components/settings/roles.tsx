'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input, Options, Select } from '@/components/ui/field'
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
          <Select {...control} name="subject">
            {people.map(({ id, name }) => (
              <option key={id} value={`person:${id}`}>
                {name}
              </option>
            ))}
            {roles.map(({ id, name }) => (
              <option key={id} value={`role:${id}`}>
                {t('toRole', { name })}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('object')}>
        {(control) => (
          <Select {...control} value={objectType} onChange={(event) => setObjectType(event.target.value as 'department' | 'ticket')}>
            <option value="department">{common('department')}</option>
            <option value="ticket">{common('ticket')}</option>
          </Select>
        )}
      </Field>
      {objectType === 'department' ? (
        <Field label={common('department')} errors={error?.fields.objectId}>
          {(control) => (
            <Select {...control} name="objectId">
              <Options of={departments} />
            </Select>
          )}
        </Field>
      ) : (
        <Field label={common('ticket')} hint={t('ticketHint')} errors={error?.fields.objectId}>
          {(control) => <Input {...control} name="objectId" required />}
        </Field>
      )}
      <Field label={t('permission')} errors={error?.fields.permission}>
        {(control) => (
          <Select {...control} name="permission">
            {grantable[objectType].map((name) => (
              <option key={name} value={name}>
                {permissions(name)}
              </option>
            ))}
          </Select>
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
