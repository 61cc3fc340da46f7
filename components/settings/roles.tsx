'use client'

import { Pencil, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Options, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { RoleOutput } from '@/lib/accounts/schema'
import { grantable, type Permission, permissionNames } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
const roleFrom = (form: FormData) => ({
  name: text(form, 'name'),
  description: text(form, 'description'),
  permissions: form.getAll('permissions') as Permission[],
})

export function CreateRole() {
  const t = useTranslations('settings.roles')
  const { run, error, isPending } = useAction(api.roles.create, { isForm: true, success: t('created') })
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      triggerVariant="primary"
      title={t('new')}
      submit={t('create')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run(roleFrom(form))}
    >
      <RoleFields errors={error?.fields} />
    </FormDialog>
  )
}

export function EditRole({ role }: { role: RoleOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.roles')
  const update = useAction(api.roles.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.roles.delete, { success: t('deleted'), undo: ({ id }) => api.roles.restore({ id }) })
  return (
    <div className="flex gap-2">
      <FormDialog
        icon={Pencil}
        trigger={common('edit')}
        title={role.name}
        submit={common('save')}
        error={update.error}
        isPending={update.isPending}
        onSubmit={(form) => update.run({ id: role.id, version: role.version, ...roleFrom(form) })}
      >
        <RoleFields role={role} errors={update.error?.fields} />
      </FormDialog>
      {role.people === 0 && (
        <ConfirmButton
          action={common('delete')}
          title={t('deleteTitle', { name: role.name })}
          says={t('deleteSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: role.id })}
        />
      )}
    </div>
  )
}

function RoleFields({ role, errors = {} }: { role?: RoleOutput; errors?: Record<string, string[]> }) {
  const t = useTranslations()
  const has = new Set(role?.permissions)
  return (
    <>
      <Field label={t('common.name')} errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={role?.name} required />}
      </Field>
      <Field label={t('common.description')} errors={errors.description}>
        {(control) => <Input {...control} name="description" defaultValue={role?.description} />}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('settings.roles.permissions')}</legend>
        {errors.permissions && <p className="text-sm text-danger">{errors.permissions.join(' ')}</p>}
        {permissionNames.map((name) => (
          <Checkbox key={name} name="permissions" value={name} defaultChecked={has.has(name)} label={t(`permissions.${name}`)} />
        ))}
      </fieldset>
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

export function RemoveGrant({ id, says }: { id: string; says: string }) {
  const t = useTranslations('settings.grants')
  const { run, isPending } = useAction(api.roles.removeGrant, { success: t('revoked') })
  return <ConfirmButton action={t('revoke')} title={t('revokeTitle')} says={says} isPending={isPending} onConfirm={() => run({ id })} />
}
