'use client'

import { Pencil, UserPlus } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { PersonOutput } from '@/lib/accounts/schema'
import type { RoleName } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'

export interface Choices {
  departments: { id: string; name: string }[]
  customRoles: { id: string; name: string }[]
  /** The roles the viewer may give. */
  roles: RoleName[]
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
const chosen = (form: FormData) => ({
  role: text(form, 'role') as RoleName,
  customRoleId: text(form, 'customRoleId') || null,
  departmentIds: form.getAll('departmentIds').map(String),
})

export function InvitePerson({ choices }: { choices: Choices }) {
  const { run, error, isPending } = useAction(api.people.invite, { isForm: true, success: 'The invitation is on its way.' })
  return (
    <FormDialog
      trigger={
        <>
          <UserPlus aria-hidden /> Invite
        </>
      }
      triggerVariant="primary"
      title="Invite a person"
      says="They get a mail with a link to set a password."
      submit="Send invitation"
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ name: text(form, 'name'), email: text(form, 'email'), ...chosen(form) })}
    >
      <Field label="Name" errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" required />}
      </Field>
      <Field label="Email" errors={error?.fields.email}>
        {(control) => <Input {...control} name="email" type="email" required />}
      </Field>
      <RoleFields choices={choices} />
    </FormDialog>
  )
}

export function EditPerson({ person, choices }: { person: PersonOutput; choices: Choices }) {
  const { id, version } = person
  const update = useAction(api.people.update, { isForm: true, success: 'Saved.' })
  const remove = useAction(api.people.delete, { success: `${person.name} was removed.` })
  const invite = useAction(api.people.resendInvitation, { success: 'The invitation is on its way again.' })
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {person.status === 'invited' && person.abilities.update && (
        <Button size="small" isPending={invite.isPending} onClick={() => void invite.run({ id })}>
          Invite again
        </Button>
      )}
      {person.abilities.update && (
        <FormDialog
          trigger={
            <>
              <Pencil aria-hidden /> Edit
            </>
          }
          title={person.name}
          says={person.email}
          submit="Save"
          error={update.error}
          isPending={update.isPending}
          onSubmit={(form) => {
            const status = text(form, 'status')
            return update.run({
              id,
              version,
              name: text(form, 'name'),
              ...chosen(form),
              ...(status === 'active' || status === 'suspended' ? { status } : {}),
            })
          }}
        >
          <Field label="Name" errors={update.error?.fields.name}>
            {(control) => <Input {...control} name="name" defaultValue={person.name} required />}
          </Field>
          <RoleFields choices={choices} person={person} />
          {person.status !== 'invited' && (
            <Field label="Status" hint="Suspending signs the person out everywhere at once.">
              {(control) => (
                <Select {...control} name="status" defaultValue={person.status}>
                  <option value="active">Active</option>
                  <option value="suspended">Suspended</option>
                </Select>
              )}
            </Field>
          )}
        </FormDialog>
      )}
      {person.abilities.delete && (
        <ConfirmButton
          action="Remove"
          title={`Remove ${person.name}`}
          says="They are signed out at once and can no longer sign in. What they wrote stays."
          typeToConfirm={person.name}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id })}
        />
      )}
    </div>
  )
}

function RoleFields({ choices, person }: { choices: Choices; person?: PersonOutput }) {
  const memberOf = new Set(person?.departments.map(({ id }) => id))
  return (
    <>
      <Field label="Role" hint="Owners and admins change settings, moderators see all tickets, agents those of their departments.">
        {(control) => (
          <Select {...control} name="role" defaultValue={person?.role ?? 'agent'}>
            {choices.roles.map((role) => (
              <option key={role} value={role}>
                {role}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {choices.customRoles.length > 0 && (
        <Field label="Custom role" hint="Replaces what the role may do.">
          {(control) => (
            <Select {...control} name="customRoleId" defaultValue={person?.customRole?.id ?? ''}>
              <option value="">None</option>
              {choices.customRoles.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">Departments</legend>
        <p className="text-sm text-muted">An agent in none of them sees only tickets that are given to them by name.</p>
        {choices.departments.map(({ id, name }) => (
          <Checkbox key={id} name="departmentIds" value={id} label={name} defaultChecked={memberOf.has(id)} />
        ))}
      </fieldset>
    </>
  )
}
