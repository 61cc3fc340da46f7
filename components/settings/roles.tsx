'use client'

import { Pencil, Plus } from 'lucide-react'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { RoleOutput } from '@/lib/accounts/schema'
import { grantable, type Permission, permissionNames, permissions } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
const roleFrom = (form: FormData) => ({
  name: text(form, 'name'),
  description: text(form, 'description'),
  permissions: form.getAll('permissions') as Permission[],
})

export function CreateRole() {
  const { run, error, isPending } = useAction(api.roles.create, { isForm: true, success: 'The role was made.' })
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> New role
        </>
      }
      triggerVariant="primary"
      title="New role"
      submit="Make role"
      error={error}
      isPending={isPending}
      onSubmit={(form) => run(roleFrom(form))}
    >
      <RoleFields errors={error?.fields} />
    </FormDialog>
  )
}

export function EditRole({ role }: { role: RoleOutput }) {
  const update = useAction(api.roles.update, { isForm: true, success: 'Saved.' })
  const remove = useAction(api.roles.delete, { success: 'The role was removed.' })
  return (
    <div className="flex gap-2">
      <FormDialog
        trigger={
          <>
            <Pencil aria-hidden /> Edit
          </>
        }
        title={role.name}
        submit="Save"
        error={update.error}
        isPending={update.isPending}
        onSubmit={(form) => update.run({ id: role.id, version: role.version, ...roleFrom(form) })}
      >
        <RoleFields role={role} errors={update.error?.fields} />
      </FormDialog>
      {role.people === 0 && (
        <ConfirmButton
          action="Remove"
          title={`Remove ${role.name}`}
          says="Nobody has this role now. Grants given to it go with it."
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: role.id })}
        />
      )}
    </div>
  )
}

function RoleFields({ role, errors = {} }: { role?: RoleOutput; errors?: Record<string, string[]> }) {
  const has = new Set(role?.permissions)
  return (
    <>
      <Field label="Name" errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={role?.name} required />}
      </Field>
      <Field label="Description" errors={errors.description}>
        {(control) => <Input {...control} name="description" defaultValue={role?.description} />}
      </Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">May</legend>
        {errors.permissions && <p className="text-sm text-danger">{errors.permissions.join(' ')}</p>}
        {permissionNames.map((name) => (
          <Checkbox key={name} name="permissions" value={name} defaultChecked={has.has(name)} label={permissions[name]} />
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
  const { run, error, isPending } = useAction(api.roles.addGrant, { isForm: true, success: 'Granted.' })
  const [objectType, setObjectType] = useState<'department' | 'ticket'>('department')
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> New grant
        </>
      }
      title="Grant on one object"
      says="Gives a person or role a permission on one department or ticket, on top of what they may already."
      submit="Grant"
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const [kind, id] = text(form, 'subject').split(':')
        const permission = text(form, 'permission') as Permission
        const objectId = text(form, 'objectId').trim()
        return run({ permission, objectType, objectId, ...(kind === 'role' ? { roleId: id } : { personId: id }) })
      }}
    >
      <Field label="To">
        {(control) => (
          <Select {...control} name="subject">
            {people.map(({ id, name }) => (
              <option key={id} value={`person:${id}`}>
                {name}
              </option>
            ))}
            {roles.map(({ id, name }) => (
              <option key={id} value={`role:${id}`}>
                Role: {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="On a">
        {(control) => (
          <Select {...control} value={objectType} onChange={(event) => setObjectType(event.target.value as 'department' | 'ticket')}>
            <option value="department">Department</option>
            <option value="ticket">Ticket</option>
          </Select>
        )}
      </Field>
      {objectType === 'department' ? (
        <Field label="Department" errors={error?.fields.objectId}>
          {(control) => (
            <Select {...control} name="objectId">
              {departments.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : (
        <Field label="Ticket" hint="Its number, such as ACME-1042." errors={error?.fields.objectId}>
          {(control) => <Input {...control} name="objectId" required />}
        </Field>
      )}
      <Field label="Permission" errors={error?.fields.permission}>
        {(control) => (
          <Select {...control} name="permission">
            {grantable[objectType].map((name) => (
              <option key={name} value={name}>
                {permissions[name]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </FormDialog>
  )
}

export function RemoveGrant({ id, says }: { id: string; says: string }) {
  const { run, isPending } = useAction(api.roles.removeGrant, { success: 'Taken back.' })
  return <ConfirmButton action="Take back" title="Take the grant back" says={says} isPending={isPending} onConfirm={() => run({ id })} />
}
