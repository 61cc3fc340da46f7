'use client'

import { Pencil, Plus } from 'lucide-react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { DepartmentOutput } from '@/lib/directory/schema'
import { api } from '@/lib/wiring/client'

interface Named {
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

export function CreateDepartment({ people }: { people: Named[] }) {
  const { run, error, isPending } = useAction(api.departments.create, { isForm: true, success: 'The department was made.' })
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> New department
        </>
      }
      triggerVariant="primary"
      title="New department"
      submit="Make department"
      error={error}
      isPending={isPending}
      onSubmit={(form) => run(departmentFrom(form))}
    >
      <Fields people={people} errors={error?.fields} />
    </FormDialog>
  )
}

export function EditDepartment({ department, people }: { department: DepartmentOutput; people: Named[] }) {
  const { id, version } = department
  const update = useAction(api.departments.update, { isForm: true, success: 'Saved.' })
  const remove = useAction(api.departments.delete, { success: 'The department was removed.' })
  return (
    <div className="flex gap-2">
      <FormDialog
        trigger={
          <>
            <Pencil aria-hidden /> Edit
          </>
        }
        title={department.name}
        submit="Save"
        error={update.error}
        isPending={update.isPending}
        onSubmit={(form) => update.run({ id, version, ...departmentFrom(form), ...(form.get('isDefault') ? { isDefault: true } : {}) })}
      >
        <Fields department={department} people={people} errors={update.error?.fields} />
        {department.abilities.makeDefault && <Checkbox name="isDefault" label="New tickets without a department come here" />}
      </FormDialog>
      {department.abilities.delete && (
        <ConfirmButton
          action="Remove"
          title={`Remove ${department.name}`}
          says="Its open tickets go to the default department; closed ones keep its name."
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id })}
        />
      )}
    </div>
  )
}

function Fields({
  department,
  people,
  errors = {},
}: {
  department?: DepartmentOutput
  people: Named[]
  errors?: Record<string, string[]>
}) {
  const members = new Set(department?.members.map(({ id }) => id))
  return (
    <>
      <Field label="Name" errors={errors.name}>
        {(control) => <Input {...control} name="name" defaultValue={department?.name} required />}
      </Field>
      <Field label="Support address" hint="Shown to customers; may be empty." errors={errors.supportAddress}>
        {(control) => <Input {...control} name="supportAddress" type="email" defaultValue={department?.supportAddress ?? ''} />}
      </Field>
      <Field label="Lead">
        {(control) => (
          <Select {...control} name="leadId" defaultValue={department?.lead?.id ?? ''}>
            <option value="">Nobody</option>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="New tickets go to" hint="Members who are away are passed over.">
          {(control) => (
            <Select {...control} name="routing" defaultValue={department?.routing ?? 'manual'}>
              <option value="manual">whoever takes them</option>
              <option value="round_robin">each member in turn</option>
              <option value="least_loaded">who has the fewest</option>
            </Select>
          )}
        </Field>
        <Field label="At most" hint="Open tickets of one member; empty is no limit." errors={errors.routingCap}>
          {(control) => (
            <Input {...control} name="routingCap" type="number" min={1} max={10_000} defaultValue={department?.routingCap ?? ''} />
          )}
        </Field>
      </div>
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-medium">Members</legend>
        {errors.memberIds && <p className="text-sm text-danger">{errors.memberIds.join(' ')}</p>}
        {people.map(({ id, name }) => (
          <Checkbox key={id} name="memberIds" value={id} label={name} defaultChecked={members.has(id)} />
        ))}
      </fieldset>
    </>
  )
}
