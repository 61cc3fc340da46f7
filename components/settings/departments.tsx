'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, EmailInput, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { DepartmentOutput } from '@/lib/directory/schema'
import { api } from '@/lib/wiring/client'

interface Choice {
  id: string
  name: string
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '')
const departmentFrom = (form: FormData) => ({
  name: text(form, 'name'),
  supportAddress: text(form, 'supportAddress') || null,
  leadId: text(form, 'leadId') || null,
  memberIds: form.getAll('memberIds').map(String),
  routing: text(form, 'routing') as DepartmentOutput['routing'],
  routingCap: Number(text(form, 'routingCap')) || null,
})

export function CreateDepartment({ people }: { people: Choice[] }) {
  const t = useTranslations('settings.departments')
  const { run, error, isPending } = useAction(api.departments.create, { isForm: true, success: t('created') })
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      triggerVariant="primary"
      title={t('new')}
      submit={t('create')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run(departmentFrom(form))}
    >
      <Fields people={people} errors={error?.fields} />
    </FormDialog>
  )
}

interface OfDepartment {
  department: DepartmentOutput
  people: Choice[]
}

export function DepartmentMenu({ department, people }: OfDepartment) {
  const { id, name, abilities } = department
  const common = useTranslations('common')
  const t = useTranslations('settings.departments')
  const remove = useAction(api.departments.delete, { success: t('deleted'), undo: () => api.departments.restore({ id }) })
  const question = { action: common('delete'), title: t('deleteTitle', { name }), says: t('deleteSays') }
  return (
    <RowMenu
      of={name}
      actions={[
        abilities.update && {
          verb: 'edit',
          dialog: (onClose) => <EditDepartment department={department} people={people} onClose={onClose} />,
        },
        abilities.delete && {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

function EditDepartment({ department, people, onClose }: OfDepartment & { onClose: () => void }) {
  const { id, version } = department
  const common = useTranslations('common')
  const t = useTranslations('settings.departments')
  const update = useAction(api.departments.update, { isForm: true, success: common('saved') })
  return (
    <FormDialog
      onClose={onClose}
      title={department.name}
      submit={common('save')}
      error={update.error}
      isPending={update.isPending}
      onSubmit={(form) => update.run({ id, version, ...departmentFrom(form), ...(form.get('isDefault') ? { isDefault: true } : {}) })}
    >
      <Fields department={department} people={people} errors={update.error?.fields} />
      {department.abilities.makeDefault && <Checkbox name="isDefault" label={t('isDefault')} />}
    </FormDialog>
  )
}

function Fields({
  department,
  people,
  errors = {},
}: {
  department?: DepartmentOutput
  people: Choice[]
  errors?: Record<string, string[]>
}) {
  const common = useTranslations('common')
  const t = useTranslations('settings.departments')
  const members = new Set(department?.members.map(({ id }) => id))
  return (
    <>
      <Field label={common('name')} errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={department?.name} required />}
      </Field>
      <Field label={t('supportAddress')} hint={t('supportAddressHint')} errors={errors.supportAddress}>
        {(control) => <EmailInput {...control} name="supportAddress" defaultValue={department?.supportAddress ?? ''} />}
      </Field>
      <Field label={t('lead')}>
        {(control) => (
          <ChoiceField
            {...control}
            name="leadId"
            defaultValue={department?.lead?.id ?? ''}
            label={t('lead')}
            options={[{ value: '', name: common('none') }, ...people.map(({ id, name }) => ({ value: id, name }))]}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('routing')} hint={t('routingHint')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="routing"
              defaultValue={department?.routing ?? 'manual'}
              label={t('routing')}
              options={[
                { value: 'manual', name: t('routings.manual') },
                { value: 'round_robin', name: t('routings.round_robin') },
                { value: 'least_loaded', name: t('routings.least_loaded') },
              ]}
            />
          )}
        </Field>
        <Field label={t('cap')} hint={t('capHint')} errors={errors.routingCap}>
          {(control) => (
            <Input {...control} name="routingCap" type="number" min={1} max={10_000} defaultValue={department?.routingCap ?? ''} />
          )}
        </Field>
      </div>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('members')}</legend>
        {errors.memberIds && <p className="text-sm text-danger">{errors.memberIds.join(' ')}</p>}
        {people.map(({ id, name }) => (
          <Checkbox key={id} name="memberIds" value={id} label={name} defaultChecked={members.has(id)} />
        ))}
      </fieldset>
    </>
  )
}
