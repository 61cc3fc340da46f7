'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Textarea } from '@/components/ui/field'
import { errorsUnder } from '@/components/ui/field-errors'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

interface Synonym {
  id: string
  version: number
  locale: string
  words: string[]
}

interface FormProps {
  languages: { value: string; name: string }[]
  synonym?: Synonym
  onClose?: () => void
}

const wordsOf = (text: string) =>
  text
    .split(/[\n,;،]/)
    .map((word) => word.trim())
    .filter(Boolean)

/** Makes a list of words that are taken for each other, or changes one. */
export function SynonymForm({ languages, synonym, onClose }: FormProps) {
  const common = useTranslations('common')
  const t = useTranslations('kb.synonyms')
  const create = useAction(api.kb.createSynonym, { isForm: true, success: common('saved') })
  const update = useAction(api.kb.updateSynonym, { isForm: true, success: common('saved') })
  const { error, isPending } = synonym ? update : create
  function send(form: FormData) {
    const given = { locale: String(form.get('locale') ?? ''), words: wordsOf(String(form.get('words') ?? '')) }
    return synonym ? update.run({ ...given, id: synonym.id, version: synonym.version }) : create.run(given)
  }
  return (
    <FormDialog
      {...(onClose ? { onClose } : { icon: Plus, trigger: t('new'), triggerVariant: 'primary' as const, triggerSize: 'small' as const })}
      title={t(synonym ? 'edit' : 'new')}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={send}
    >
      <Field
        label={t('words')}
        hint={t('wordsHint')}
        errors={error?.fields.words ?? Object.values(errorsUnder(error?.fields, 'words')).flat()}
      >
        {(control) => (
          <Textarea {...control} name="words" dir="auto" rows={5} maxLength={1300} defaultValue={synonym?.words.join('\n')} required />
        )}
      </Field>
      <Field label={t('language')} errors={error?.fields.locale}>
        {(control) => (
          <ChoiceField
            {...control}
            name="locale"
            label={t('language')}
            defaultValue={synonym?.locale ?? languages[0]?.value}
            options={languages}
          />
        )}
      </Field>
    </FormDialog>
  )
}

export function SynonymMenu({ synonym, languages }: Required<Pick<FormProps, 'synonym' | 'languages'>>) {
  const common = useTranslations('common')
  const t = useTranslations('kb.synonyms')
  const remove = useAction(api.kb.deleteSynonym, { success: t('deleted') })
  return (
    <RowMenu
      of={synonym.words.join(', ')}
      actions={[
        { verb: 'edit', dialog: (onClose) => <SynonymForm languages={languages} synonym={synonym} onClose={onClose} /> },
        {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton
              action={common('delete')}
              title={t('deleteTitle')}
              says={t('deleteSays')}
              isPending={remove.isPending}
              onConfirm={() => remove.run({ id: synonym.id })}
              onClose={onClose}
            />
          ),
        },
      ]}
    />
  )
}
