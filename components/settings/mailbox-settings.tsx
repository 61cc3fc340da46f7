'use client'

import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import type { Reference } from '@/lib/core/schema'
import type { Form, StepProps } from './mailbox-form'

interface Props extends StepProps {
  isNew: boolean
  departments: Reference[]
  /** Folders that the test of the connection saw. */
  found: string[]
}

/** What becomes of its mail. */
export function MailboxSettings({ form, setForm, fields, isNew, departments, found }: Props) {
  const t = useTranslations('settings.mailboxes')
  const set = <K extends keyof Form>(key: K, value: Form[K]) => setForm((before) => ({ ...before, [key]: value }))
  return (
    <>
      <Field label={t('name')} errors={fields.name}>
        {(control) => (
          <Input {...control} value={form.name} placeholder={form.address} onChange={(event) => set('name', event.target.value)} />
        )}
      </Field>
      <Field label={t('department')} hint={t('departmentHint')} errors={fields.departmentId}>
        {(control) => (
          <ChoiceField
            {...control}
            value={form.departmentId}
            onChange={(value) => set('departmentId', value)}
            label={t('department')}
            options={[{ value: '', name: t('defaultDepartment') }, ...departments.map(({ id, name }) => ({ value: id, name }))]}
          />
        )}
      </Field>
      <Field label={t('senderName')} hint={t('senderNameHint')} errors={fields.senderName}>
        {(control) => <Input {...control} value={form.senderName} onChange={(event) => set('senderName', event.target.value)} />}
      </Field>
      {form.isIncoming && (
        <>
          {isNew && (
            <Field label={t('daysBack')} errors={fields.daysBack}>
              {(control) => (
                <ChoiceField
                  {...control}
                  value={form.daysBack}
                  onChange={(value) => set('daysBack', value)}
                  label={t('daysBack')}
                  options={[0, 1, 7, 30].map((days) => ({ value: String(days), name: t('daysBackOption', { days }) }))}
                />
              )}
            </Field>
          )}
          {(!isNew || form.way === 'password') && (
            <fieldset className="grid gap-2">
              <legend className="mb-1.5 text-sm font-medium">{t('folders')}</legend>
              {[...new Set([...form.folders, ...found])].slice(0, 100).map((folder) => (
                <Checkbox
                  key={folder}
                  label={folder}
                  checked={form.folders.includes(folder)}
                  onChange={({ target }) =>
                    set('folders', target.checked ? [...form.folders, folder] : form.folders.filter((each) => each !== folder))
                  }
                />
              ))}
              {found.length === 0 && <p className="text-sm text-muted">{t('foldersHint')}</p>}
            </fieldset>
          )}
          {form.access === 'imap' && (
            <Checkbox label={t('marksSeen')} checked={form.marksSeen} onChange={({ target }) => set('marksSeen', target.checked)} />
          )}
        </>
      )}
      <Checkbox label={t('isDefault')} checked={form.isDefault} onChange={({ target }) => set('isDefault', target.checked)} />
    </>
  )
}
