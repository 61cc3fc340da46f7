'use client'

import { ImageOff, Mail } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { PersonOutput } from '@/lib/accounts/schema'
import type { RoleName } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'
import { RemovePerson } from './remove-person'

export interface Choices {
  departments: { id: string; name: string }[]
  customRoles: { id: string; name: string }[]
  /** The roles the viewer may give. */
  roles: RoleName[]
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
export const chosenIn = (form: FormData) => ({
  role: text(form, 'role') as RoleName,
  customRoleId: text(form, 'customRoleId') || null,
  departmentIds: form.getAll('departmentIds').map(String),
})

interface OfPerson {
  person: PersonOutput
  choices: Choices
}

export function PersonMenu({ person, choices }: OfPerson) {
  const { id, abilities, status } = person
  const t = useTranslations('settings.people')
  const invite = useAction(api.people.resendInvitation, { success: t('invitedAgain') })
  const bare = useAction(api.people.update, { success: t('pictureRemoved') })
  return (
    <RowMenu
      of={person.name}
      isPending={invite.isPending || bare.isPending}
      actions={[
        abilities.update && { verb: 'edit', dialog: (onClose) => <EditPerson person={person} choices={choices} onClose={onClose} /> },
        abilities.update && status === 'invited' && { name: t('inviteAgain'), icon: Mail, onUse: () => invite.run({ id }) },
        abilities.update &&
          person.avatarUrl !== null && {
            name: t('removePicture'),
            icon: ImageOff,
            onUse: () => bare.run({ id, version: person.version, avatarUrl: null }),
          },
        abilities.delete && { verb: 'remove', dialog: (onClose) => <RemovePerson person={person} onClose={onClose} /> },
      ]}
    />
  )
}

function EditPerson({ person, choices, onClose }: OfPerson & { onClose: () => void }) {
  const { id, version } = person
  const common = useTranslations('common')
  const t = useTranslations('settings.people')
  const update = useAction(api.people.update, { isForm: true, success: common('saved') })
  return (
    <FormDialog
      onClose={onClose}
      title={person.name}
      says={person.email}
      submit={common('save')}
      error={update.error}
      isPending={update.isPending}
      onSubmit={(form) => {
        const status = text(form, 'status')
        return update.run({
          id,
          version,
          name: text(form, 'name'),
          ...chosenIn(form),
          ...(status === 'active' || status === 'suspended' ? { status } : {}),
        })
      }}
    >
      <Field label={common('name')} errors={update.error?.fields.name}>
        {(control) => <Input {...control} name="name" defaultValue={person.name} required />}
      </Field>
      <RoleFields choices={choices} person={person} />
      {person.status !== 'invited' && (
        <Field label={common('statusLabel')} hint={t('statusHint')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="status"
              defaultValue={person.status}
              label={common('statusLabel')}
              options={[
                { value: 'active', name: t('status.active') },
                { value: 'suspended', name: t('status.suspended') },
              ]}
            />
          )}
        </Field>
      )}
    </FormDialog>
  )
}

export function RoleFields({ choices, person }: { choices: Choices; person?: PersonOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.people')
  const memberOf = new Set(person?.departments.map(({ id }) => id))
  return (
    <>
      <Field label={t('role')} hint={t('roleHint')}>
        {(control) => (
          <ChoiceField
            {...control}
            name="role"
            defaultValue={person?.role ?? 'agent'}
            label={t('role')}
            options={choices.roles.map((role) => ({ value: role, name: common(`role.${role}`) }))}
          />
        )}
      </Field>
      {choices.customRoles.length > 0 && (
        <Field label={t('customRole')} hint={t('customRoleHint')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="customRoleId"
              defaultValue={person?.customRole?.id ?? ''}
              label={t('customRole')}
              options={[{ value: '', name: common('none') }, ...choices.customRoles.map(({ id, name }) => ({ value: id, name }))]}
            />
          )}
        </Field>
      )}
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">{common('departments')}</legend>
        <p className="text-sm text-muted">{t('departmentsHint')}</p>
        {choices.departments.map(({ id, name }) => (
          <Checkbox key={id} name="departmentIds" value={id} label={name} defaultChecked={memberOf.has(id)} />
        ))}
      </fieldset>
    </>
  )
}
