'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { CategoryOutput } from '@/lib/kb/articles/schema'
import { audiences, categoryColours, categoryIcons, seoLimits } from '@/lib/kb/articles/values'
import { api } from '@/lib/wiring/client'

type Given = Parameters<typeof api.kb.createCategory>[0]

interface Props {
  category?: CategoryOutput
  /** Where a new one goes. */
  parentId?: string | null
  onClose?: () => void
}

/** Makes a category, or changes one. */
export function CategoryForm({ category, parentId = null, onClose }: Props) {
  const common = useTranslations('common')
  const t = useTranslations('kb.categories')
  const audienceName = useTranslations('kb.audiences')
  const create = useAction(api.kb.createCategory, { isForm: true, success: common('saved') })
  const update = useAction(api.kb.updateCategory, { isForm: true, success: common('saved') })
  const { error, isPending } = category ? update : create
  function send(form: FormData) {
    const text = (name: string) => String(form.get(name) ?? '')
    const given = {
      ...{ name: text('name'), description: text('description'), isFeatured: form.get('isFeatured') === 'on' },
      ...{ seoTitle: text('seoTitle'), seoDescription: text('seoDescription') },
      ...({ icon: text('icon'), colour: text('colour'), audience: text('audience') } as Pick<Given, 'icon' | 'colour' | 'audience'>),
      ...(text('slug') ? { slug: text('slug') } : {}),
    }
    if (!category) return create.run({ ...given, parentId })
    const { id, version, sortOrder, metadata, translations, seoKeywords } = category
    return update.run({ ...given, id, version, parentId: category.parentId, sortOrder, metadata, translations, seoKeywords })
  }
  return (
    <FormDialog
      {...(onClose ? { onClose } : { icon: Plus, trigger: t('new'), triggerVariant: 'primary' as const, triggerSize: 'small' as const })}
      title={category ? category.name : t('new')}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={send}
    >
      <Field label={common('name')} errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={category?.name} required autoFocus />}
      </Field>
      <Field label={t('description')} errors={error?.fields.description}>
        {(control) => <Textarea {...control} name="description" dir="auto" rows={2} maxLength={500} defaultValue={category?.description} />}
      </Field>
      <Field label={t('audience')} hint={t('audienceHint')} errors={error?.fields.audience}>
        {(control) => (
          <ChoiceField
            {...control}
            name="audience"
            label={t('audience')}
            defaultValue={category?.audience ?? 'public'}
            options={audiences.map((value) => ({ value, name: audienceName(value) }))}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('icon')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="icon"
              label={t('icon')}
              defaultValue={category?.icon ?? 'folder'}
              options={categoryIcons.map((value) => ({ value, name: t(`icons.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('colour')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="colour"
              label={t('colour')}
              defaultValue={category?.colour ?? 'grey'}
              options={categoryColours.map((value) => ({ value, name: t(`colours.${value}`) }))}
            />
          )}
        </Field>
      </div>
      <Field label={t('slug')} hint={t('slugHint')} errors={error?.fields.slug}>
        {(control) => <Input {...control} name="slug" dir="auto" maxLength={100} defaultValue={category?.slug} />}
      </Field>
      <Field label={t('seoTitle')} errors={error?.fields.seoTitle}>
        {(control) => <Input {...control} name="seoTitle" dir="auto" maxLength={seoLimits.title} defaultValue={category?.seoTitle} />}
      </Field>
      <Field label={t('seoDescription')} errors={error?.fields.seoDescription}>
        {(control) => (
          <Textarea
            {...control}
            name="seoDescription"
            dir="auto"
            rows={2}
            maxLength={seoLimits.description}
            defaultValue={category?.seoDescription}
          />
        )}
      </Field>
      <Checkbox name="isFeatured" defaultChecked={category?.isFeatured} label={t('featured')} />
    </FormDialog>
  )
}
