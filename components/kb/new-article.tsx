'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useNewArticle } from './use-new-article'

interface Props {
  categories: { id: string; path: string[] }[]
  /** What it is to be called: then the form stands open. */
  given?: string
}

/** Begins an article in a category. */
export function NewArticle({ categories, given }: Props) {
  const t = useTranslations('kb.new')
  const router = useRouter()
  const { run, error, isPending } = useNewArticle()
  return (
    <FormDialog
      icon={Plus}
      trigger={t('title')}
      triggerVariant="primary"
      triggerSize="small"
      title={t('title')}
      submit={t('create')}
      error={error}
      isPending={isPending}
      onClose={given ? () => router.replace('/agent/kb') : undefined}
      onSubmit={(form) => run({ title: String(form.get('title') ?? ''), categoryId: String(form.get('categoryId') ?? '') })}
    >
      <Field label={t('name')} errors={error?.fields.title}>
        {(control) => <Input {...control} name="title" dir="auto" maxLength={200} defaultValue={given} required autoFocus />}
      </Field>
      <Field label={t('category')} errors={error?.fields.categoryId}>
        {(control) => (
          <ChoiceField
            {...control}
            name="categoryId"
            label={t('category')}
            defaultValue={categories[0]?.id}
            options={categories.map(({ id, path }) => ({ value: id, name: path.join(' › ') }))}
          />
        )}
      </Field>
    </FormDialog>
  )
}
