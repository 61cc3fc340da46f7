'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { FieldOutput } from '@/lib/tickets/fields/schema'
import { type FieldKind, fieldKinds } from '@/lib/tickets/fields/values'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()
const keyOf = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)

interface Choices {
  fields: FieldOutput[]
  departments: { id: string; name: string }[]
}

export function FieldMenu({ field, ...choices }: Choices & { field: FieldOutput }) {
  const { id, name } = field
  const common = useTranslations('common')
  const t = useTranslations('fields')
  const remove = useAction(api.fields.delete, { success: t('deleted'), undo: () => api.fields.restore({ id }) })
  const question = { action: common('delete'), title: t('deleteTitle', { name }), says: t('deleteSays') }
  return (
    <RowMenu
      of={name}
      actions={[
        { verb: 'edit', dialog: (onClose) => <EditField field={field} {...choices} onClose={onClose} /> },
        {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

/** @param onClose of a field that is there already; a new one has its own button */
export function EditField({ field, fields, departments, onClose }: Choices & { field?: FieldOutput; onClose?: () => void }) {
  const common = useTranslations('common')
  const t = useTranslations('fields')
  const [kind, setKind] = useState<FieldKind>(field?.kind ?? 'text')
  const create = useAction(api.fields.create, { isForm: true, success: t('created') })
  const update = useAction(api.fields.update, { isForm: true, success: common('saved') })
  const { error, isPending } = field ? update : create
  const isChoice = kind === 'select' || kind === 'multi_select'
  const others = fields.filter((other) => other.id !== field?.id)
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new')}
      triggerVariant="primary"
      onClose={onClose}
      title={field ? field.name : t('new')}
      submit={common('save')}
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
      <Field label={common('name')} errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={field?.name} required />}
      </Field>
      {!field && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('kind')} hint={t('kindHint')}>
            {(control) => (
              <ChoiceField
                {...control}
                value={kind}
                onChange={(value) => setKind(value as FieldKind)}
                label={t('kind')}
                options={fieldKinds.map((name) => ({ value: name, name: t(`kinds.${name}`) }))}
              />
            )}
          </Field>
          <Field label={t('key')} hint={t('keyHint')} errors={error?.fields.key}>
            {(control) => <Input {...control} name="key" maxLength={40} pattern="[a-z][a-z0-9_]*" className="font-mono" />}
          </Field>
        </div>
      )}
      {isChoice && (
        <Field label={t('options')} hint={t('optionsHint')} errors={error?.fields.options}>
          {(control) => <Textarea {...control} name="options" dir="auto" rows={5} defaultValue={field?.options.join('\n')} required />}
        </Field>
      )}
      <Field label={t('hint')} hint={t('hintHint')}>
        {(control) => <Input {...control} name="hint" dir="auto" maxLength={300} defaultValue={field?.hint} />}
      </Field>
      <Checkbox name="isPublic" defaultChecked={field?.isPublic} label={t('isPublic')} />
      <Checkbox name="isRequired" defaultChecked={field?.isRequired} label={t('isRequired')} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('departments')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="departmentId"
              defaultValue={field?.departmentId ?? ''}
              label={t('departments')}
              options={[{ value: '', name: t('allDepartments') }, ...departments.map(({ id, name }) => ({ value: id, name }))]}
            />
          )}
        </Field>
        <Field label={t('position')} hint={t('positionHint')}>
          {(control) => <Input {...control} name="position" type="number" min={0} max={10_000} defaultValue={field?.position ?? 0} />}
        </Field>
        <Field label={t('showWhen')} errors={error?.fields.showWhen}>
          {(control) => (
            <ChoiceField
              {...control}
              name="whenKey"
              defaultValue={field?.showWhen?.key ?? ''}
              label={t('showWhen')}
              options={[{ value: '', name: t('showWhenAlways') }, ...others.map(({ key, name }) => ({ value: key, name: name }))]}
            />
          )}
        </Field>
        <Field label={t('showWhenEquals')}>
          {(control) => <Input {...control} name="whenEquals" dir="auto" maxLength={120} defaultValue={field?.showWhen?.equals} />}
        </Field>
      </div>
    </FormDialog>
  )
}
