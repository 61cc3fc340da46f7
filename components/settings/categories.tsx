'use client'

import { Pencil, Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { CategoryOutput } from '@/lib/directory/schema'
import { type Priority, priorities } from '@/lib/directory/values'
import { api } from '@/lib/wiring/client'

/** What a department's tickets can be about. */
export function Categories({
  departmentId,
  categories,
  mayChange,
}: {
  departmentId: string
  categories: CategoryOutput[]
  mayChange: boolean
}) {
  const t = useTranslations()
  return (
    <ul aria-label={t('settings.categories.title')} className="flex basis-full flex-wrap items-center gap-1.5 text-sm">
      {categories.map((category) => (
        <li key={category.id} className="flex items-center gap-1 rounded-full border px-2.5 py-0.5">
          <bdi title={category.description || undefined} className={category.isActive ? undefined : 'text-muted line-through'}>
            {category.name}
          </bdi>
          {!category.isActive && <span className="text-xs text-muted">{t('settings.categories.inactive')}</span>}
          {category.defaultPriority && <span className="text-xs text-muted">{t(`common.priority.${category.defaultPriority}`)}</span>}
          {mayChange && <EditCategory departmentId={departmentId} category={category} />}
        </li>
      ))}
      {mayChange && (
        <li>
          <EditCategory departmentId={departmentId} />
        </li>
      )}
    </ul>
  )
}

function EditCategory({ departmentId, category }: { departmentId: string; category?: CategoryOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.categories')
  const create = useAction(api.categories.create, { isForm: true, success: t('created') })
  const update = useAction(api.categories.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.categories.delete, { success: t('deleted'), undo: ({ id }) => api.categories.restore({ id }) })
  const { error, isPending } = category ? update : create
  return (
    <span className="flex items-center">
      <FormDialog
        trigger={
          category ? (
            <Pencil aria-label={t('edit', { name: category.name })} />
          ) : (
            <>
              <Plus aria-hidden /> {t('add')}
            </>
          )
        }
        triggerVariant="ghost"
        triggerSize="small"
        title={category ? category.name : t('new')}
        submit={common('save')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const given = {
            name: String(form.get('name') ?? ''),
            description: String(form.get('description') ?? ''),
            isActive: form.get('isActive') === 'on',
            defaultPriority: (String(form.get('priority') ?? '') || null) as Priority | null,
          }
          return category ? update.run({ id: category.id, version: category.version, ...given }) : create.run({ departmentId, ...given })
        }}
      >
        <Field label={common('name')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={category?.name} required autoFocus />}
        </Field>
        <Field label={t('description')} errors={error?.fields.description}>
          {(control) => <Input {...control} name="description" dir="auto" maxLength={500} defaultValue={category?.description} />}
        </Field>
        <Field label={t('priority')} hint={t('priorityHint')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="priority"
              defaultValue={category?.defaultPriority ?? ''}
              label={t('priority')}
              options={[
                { value: '', name: t('noPriority') },
                ...priorities.map((priority) => ({ value: priority, name: common(`priority.${priority}`) })),
              ]}
            />
          )}
        </Field>
        <Checkbox name="isActive" defaultChecked={category?.isActive ?? true} label={t('isActive')} />
      </FormDialog>
      {category && (
        <ConfirmButton
          action={common('delete')}
          icon={<X aria-hidden />}
          isCompact
          title={t('deleteTitle', { name: category.name })}
          says={t('deleteSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: category.id })}
        />
      )}
    </span>
  )
}
