'use client'

import { Pencil, Plus } from 'lucide-react'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Select, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { type FieldKind, type FieldOutput, fieldKinds } from '@/lib/tickets/fields/schema'
import { api } from '@/lib/wiring/client'
import { kindNames } from './kind-names'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()
const keyOf = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)

export function EditField({
  field,
  fields,
  departments,
}: {
  field?: FieldOutput
  fields: FieldOutput[]
  departments: { id: string; name: string }[]
}) {
  const [kind, setKind] = useState<FieldKind>(field?.kind ?? 'text')
  const create = useAction(api.fields.create, { isForm: true, success: 'The field was made.' })
  const update = useAction(api.fields.update, { isForm: true, success: 'Saved.' })
  const remove = useAction(api.fields.delete, { success: 'The field was removed.' })
  const { error, isPending } = field ? update : create
  const isChoice = kind === 'select' || kind === 'multi_select'
  const others = fields.filter((other) => other.id !== field?.id)
  return (
    <span className="flex gap-2">
      <FormDialog
        trigger={
          field ? (
            <Pencil aria-label={`Edit ${field.name}`} />
          ) : (
            <>
              <Plus aria-hidden /> New field
            </>
          )
        }
        triggerVariant={field ? undefined : 'primary'}
        title={field ? field.name : 'New field'}
        submit="Save"
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const when = text(form, 'whenKey')
          const given = {
            name: text(form, 'name'),
            hint: text(form, 'hint'),
            options: isChoice
              ? text(form, 'options')
                  .split('\n')
                  .map((line) => line.trim())
                  .filter(Boolean)
              : [],
            isRequired: form.get('isRequired') !== null,
            isPublic: form.get('isPublic') !== null,
            departmentId: text(form, 'departmentId') || null,
            showWhen: when ? { key: when, equals: text(form, 'whenEquals') } : null,
            position: Number(text(form, 'position')) || 0,
          }
          return field
            ? update.run({ id: field.id, version: field.version, ...given })
            : create.run({ ...given, kind, key: text(form, 'key') || keyOf(given.name) })
        }}
      >
        <Field label="Name" errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={field?.name} required />}
        </Field>
        {!field && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Kind" hint="It stays.">
              {(control) => (
                <Select {...control} value={kind} onChange={(event) => setKind(event.target.value as FieldKind)}>
                  {fieldKinds.map((name) => (
                    <option key={name} value={name}>
                      {kindNames[name]}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label="Key" hint="For filters and the API; made of the name if you leave it." errors={error?.fields.key}>
              {(control) => <Input {...control} name="key" maxLength={40} pattern="[a-z][a-z0-9_]*" className="font-mono" />}
            </Field>
          </div>
        )}
        {isChoice && (
          <Field label="What can be chosen" hint="One on each line." errors={error?.fields.options}>
            {(control) => <Textarea {...control} name="options" dir="auto" rows={5} defaultValue={field?.options.join('\n')} required />}
          </Field>
        )}
        <Field label="Hint" hint="Shown below the field.">
          {(control) => <Input {...control} name="hint" dir="auto" maxLength={300} defaultValue={field?.hint} />}
        </Field>
        <Checkbox name="isPublic" defaultChecked={field?.isPublic} label="Customers see it and fill it in on the portal" />
        <Checkbox name="isRequired" defaultChecked={field?.isRequired} label="It is needed" />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Asked in">
            {(control) => (
              <Select {...control} name="departmentId" defaultValue={field?.departmentId ?? ''}>
                <option value="">every department</option>
                {departments.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Place" hint="Small numbers come first.">
            {(control) => <Input {...control} name="position" type="number" min={0} max={10_000} defaultValue={field?.position ?? 0} />}
          </Field>
          <Field label="Asked when" errors={error?.fields.showWhen}>
            {(control) => (
              <Select {...control} name="whenKey" defaultValue={field?.showWhen?.key ?? ''}>
                <option value="">always</option>
                {others.map(({ key, name }) => (
                  <option key={key} value={key}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="is">
            {(control) => <Input {...control} name="whenEquals" dir="auto" maxLength={120} defaultValue={field?.showWhen?.equals} />}
          </Field>
        </div>
      </FormDialog>
      {field && (
        <ConfirmButton
          action="Remove"
          title={`Remove ${field.name}`}
          says="It is asked no more. What tickets say stays."
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: field.id })}
        />
      )}
    </span>
  )
}
