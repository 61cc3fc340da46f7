'use client'

import { RotateCcw, Send } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { ConfirmButton } from '@/components/ui/confirm-button'
import type { EditorHandle } from '@/components/ui/editor'
import { EditorField } from '@/components/ui/editor-field'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { useAction } from '@/components/ui/use-action'
import type { MailTemplateOutput } from '@/lib/correspondence/schema'
import { blockVariables, commonLanguages, eventNamed, everyLanguage } from '@/lib/correspondence/values'
import { api } from '@/lib/wiring/client'
import { TemplatePreview, usePreview } from './template-preview'

/** The text of a mail, and beside it what arrives. */
export function EditTemplate({ template, written }: { template: MailTemplateOutput; written: string[] }) {
  const t = useTranslations('settings.mailTemplates')
  const common = useTranslations('common')
  const { event, language, version } = template
  const ref = { event, language }
  const before = { subject: template.subject, bodyHtml: template.bodyHtml }
  const [subject, setSubject] = useState(before.subject)
  const [bodyHtml, setBodyHtml] = useState(before.bodyHtml)
  const editor = useRef<EditorHandle>(null)
  const preview = usePreview({ ...ref, subject, bodyHtml })
  const save = useAction(api.mailTemplates.save, {
    isForm: true,
    success: common('saved'),
    undo: () =>
      version === 0 ? api.mailTemplates.reset({ ...ref, version: 1 }) : api.mailTemplates.save({ ...ref, version: version + 1, ...before }),
  })
  const reset = useAction(api.mailTemplates.reset, {
    success: t('wasReset'),
    undo: () => api.mailTemplates.save({ ...ref, version: 0, ...before }),
  })
  const test = useAction(api.mailTemplates.test, { success: t('testSent'), onDone: () => false })
  const errors = save.error?.fields ?? preview.errors
  const insert = (name: string) => editor.current?.insert(blockVariables.has(name) ? `<p>{{${name}}}</p>` : `{{${name}}}`)
  return (
    <div className="grid gap-6 xl:grid-cols-2">
      <GuardedForm className="grid min-w-0 content-start gap-4" onSubmit={() => save.run({ ...ref, version, subject, bodyHtml })}>
        <FormError>{save.error && Object.keys(save.error.fields).length === 0 ? save.error.message : null}</FormError>
        <Language language={language} written={written} />
        <Field label={t('subject')} hint={eventNamed(event).hasSubject ? undefined : t('fixedSubject')} errors={errors.subject}>
          {(control) => (
            <Input
              {...control}
              name="subject"
              dir="auto"
              maxLength={200}
              value={subject}
              readOnly={!eventNamed(event).hasSubject}
              onChange={({ target }) => setSubject(target.value)}
            />
          )}
        </Field>
        <EditorField
          handle={editor}
          name="bodyHtml"
          label={t('text')}
          placeholder={t('writeText')}
          html={bodyHtml}
          onChange={setBodyHtml}
          errors={errors.bodyHtml}
          snippets={template.variables.map(({ name, says }) => ({ id: name, name: says, hint: `{{${name}}}` }))}
          onSnippet={insert}
        />
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 text-sm font-medium">{t('placeholders')}</legend>
          <p className="text-sm text-muted">{t('placeholdersSay')}</p>
          <p className="flex flex-wrap gap-1 text-xs">
            {template.variables.map(({ name, says }) => (
              <button
                key={name}
                type="button"
                title={`{{${name}}}`}
                onClick={() => insert(name)}
                className="min-h-6 rounded border px-1.5 py-0.5 text-muted hover:bg-surface"
              >
                {says}
              </button>
            ))}
          </p>
        </fieldset>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" isPending={save.isPending}>
            {common('save')}
          </Button>
          <Button isPending={test.isPending} onClick={() => void test.run({ ...ref, subject, bodyHtml })}>
            <Send aria-hidden /> {t('sendTest')}
          </Button>
          {version > 0 && (
            <ConfirmButton
              action={t('reset')}
              icon={<RotateCcw aria-hidden />}
              title={t('resetTitle')}
              says={t('resetSays')}
              isPending={reset.isPending}
              onConfirm={() => reset.run({ ...ref, version })}
            />
          )}
        </div>
      </GuardedForm>
      <TemplatePreview {...preview} />
    </div>
  )
}

function Language({ language, written }: { language: string; written: string[] }) {
  const t = useTranslations('settings.mailTemplates')
  const router = useRouter()
  const names = new Intl.DisplayNames([useLocale()], { type: 'language' })
  const nameOf = (each: string) => (each === everyLanguage ? t('everyLanguage') : (names.of(each) ?? each))
  const all = [...new Set([everyLanguage, ...written, language, ...commonLanguages])]
  return (
    <div className="grid gap-1.5">
      <span aria-hidden className="text-sm font-medium">
        {t('language')}
      </span>
      <Choice
        label={t('language')}
        value={language}
        options={all.map((each) => ({
          value: each,
          name: written.includes(each) ? t('changedIn', { language: nameOf(each) }) : nameOf(each),
        }))}
        onChoose={(each) => router.push(`?language=${each}`)}
      />
      <p className="text-sm text-muted">{language === everyLanguage ? t('everyLanguageSays') : t('languageSays')}</p>
    </div>
  )
}
