'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { pageSizes } from '@/lib/kb/articles/values'
import { api } from '@/lib/wiring/client'

const switches = {
  readers: ['isPublic', 'hasVotes', 'hasComments'],
  approval: ['requiresApproval', 'allowsSelfApproval'],
} as const

/** Who reads the help centre and what they may do there, and what an article needs before it is published. */
export function KnowledgeBaseForm({ settings }: { settings: Awaited<ReturnType<typeof api.kb.settings>> }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.kb')
  const { run, error, isPending } = useAction(api.kb.updateSettings, { isForm: true, success: common('saved') })
  const groups = Object.keys(switches) as (keyof typeof switches)[]
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid max-w-xl gap-5"
        onSubmit={(form) => {
          const isOn = (name: string) => form.get(name) === 'on'
          return run({
            version: settings.version,
            title: String(form.get('title') ?? '').trim() || null,
            description: String(form.get('description') ?? ''),
            articlesPerPage: pageSizes.find((size) => String(size) === form.get('articlesPerPage')),
            isPublic: isOn('isPublic'),
            hasVotes: isOn('hasVotes'),
            hasComments: isOn('hasComments'),
            requiresApproval: isOn('requiresApproval'),
            allowsSelfApproval: isOn('allowsSelfApproval'),
          })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label={t('title')} hint={t('titleHint')} errors={error?.fields.title}>
          {(control) => <Input {...control} name="title" maxLength={120} defaultValue={settings.title ?? ''} />}
        </Field>
        <Field label={t('description')} hint={t('descriptionHint')} errors={error?.fields.description}>
          {(control) => <Textarea {...control} name="description" rows={2} maxLength={500} defaultValue={settings.description} />}
        </Field>
        {groups.map((group) => (
          <fieldset key={group} className="grid gap-3">
            <legend className="mb-3 font-medium">{t(group)}</legend>
            {switches[group].map((name) => (
              <Checkbox
                key={name}
                name={name}
                defaultChecked={settings[name]}
                label={
                  <>
                    {t(`switches.${name}`)}
                    <span className="block text-muted">{t(`says.${name}`)}</span>
                  </>
                }
              />
            ))}
          </fieldset>
        ))}
        <Field label={t('perPage')} errors={error?.fields.articlesPerPage}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('perPage')}
              name="articlesPerPage"
              defaultValue={String(settings.articlesPerPage)}
              options={pageSizes.map((size) => ({ value: String(size), name: String(size) }))}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}
