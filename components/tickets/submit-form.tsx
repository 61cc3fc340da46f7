'use client'

import { useTranslations } from 'next-intl'
import { startTransition, useActionState, useEffect, useRef, useState } from 'react'
import { FieldInput } from '@/components/fields/field-input'
import { pastedFiles } from '@/components/files/drop-zone'
import { FoundArticles } from '@/components/help-centre/found-articles'
import { Button } from '@/components/ui/button'
import { EmailInput, Field, Input, Options, Select, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useKeptForm } from '@/components/ui/use-kept-form'
import { isAsked } from '@/lib/tickets/fields/field-rules'
import type { FieldOutput, FieldValue } from '@/lib/tickets/fields/schema'
import { DetailInputs } from './detail-inputs'
import { RequestFiles, useRequestFiles } from './request-files'
import { Suggestions } from './suggestions'

export interface SubmitState {
  values: Record<'name' | 'email' | 'title' | 'description' | 'departmentId' | 'categoryId', string>
  /** Custom fields as they were filled in. */
  asked: Record<string, string | string[]>
  /** Details as they were typed. */
  details: Record<string, string>
  fields: Record<string, string[]>
  message: string | null
}

interface Props {
  action: (state: SubmitState, form: FormData) => Promise<SubmitState>
  /** Tells this form from the next one, so that sent twice it is one request. */
  form: string
  /** What a link to the form says already. */
  given: Pick<SubmitState['values'], 'title' | 'departmentId' | 'categoryId'>
  isSignedIn: boolean
  /** Whose earlier requests are shown while they write. */
  isCustomer: boolean
  /** The language in which there are articles that may answer. */
  locale: string | undefined
  departments: { id: string; name: string }[]
  categories: { id: string; name: string; departmentId: string }[]
  fields: FieldOutput[]
}

export function SubmitForm({
  action,
  form: formId,
  given,
  isSignedIn,
  isCustomer,
  locale,
  departments,
  categories,
  fields: custom,
}: Props) {
  const t = useTranslations('portal')
  const start = {
    values: { name: '', email: '', description: '', ...given },
    asked: {},
    details: {},
    fields: {},
    message: null,
  }
  const [state, submit, isPending] = useActionState(action, start)
  const { values, asked, details, message } = state
  const files = useRequestFiles(!isSignedIn)
  // What is wrong with a field is said until the field is changed.
  const [mended, setMended] = useState<{ of: SubmitState; names: string[] }>({ of: state, names: [] })
  const isMended = (name: string) => mended.of === state && mended.names.includes(name)
  const fields = Object.fromEntries(Object.entries(state.fields).filter(([name]) => !isMended(name)))
  const mend = (...names: string[]) => setMended({ of: state, names: [...(mended.of === state ? mended.names : []), ...names] })
  const form = useRef<HTMLFormElement>(null)
  /** Articles that were opened while the request was being written. */
  const read = useRef(new Set<string>())
  // What is asked depends on what was chosen; without JavaScript all of it is, and nothing of it is in the way.
  const [chosen, setChosen] = useState<Record<string, FieldValue> | null>(null)
  const [departmentId, setDepartmentId] = useState<string | null>(null)
  const [asking, setAsking] = useState(given.title)
  const readChoices = () => {
    if (!form.current) return
    const data = new FormData(form.current)
    setDepartmentId(String(data.get('departmentId') ?? '') || (departments[0]?.id ?? null))
    setAsking(String(data.get('title') ?? ''))
    setChosen(Object.fromEntries(custom.map(({ key }) => [key, data.getAll(`fields.${key}`).map(String)])))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page has come alive
  useEffect(readChoices, [])
  useEffect(() => {
    if (Object.keys(state.fields).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [state])
  const shown = chosen ? custom.filter((field) => isAsked(field, departmentId, flat(chosen))) : custom
  useKeptForm(form, 'request-form', ['name', 'email', 'title', 'description'])
  return (
    <form
      ref={form}
      action={submit}
      // Sent by the form itself, it would be emptied afterwards, and what was chosen would be lost with an error.
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        data.delete('files')
        for (const file of files.picked) data.append('files', file)
        for (const id of read.current) data.append('readArticles', id)
        for (const id of files.ids) data.append('attachmentIds', id)
        startTransition(() => submit(data))
      }}
      onChange={(event) => {
        mend((event.target as unknown as HTMLInputElement).name)
        readChoices()
      }}
      onPaste={(event) => files.take(pastedFiles(event))}
      className="grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-5"
      noValidate
    >
      <FormError>{message}</FormError>
      <input type="hidden" name="form" value={formId} />
      {isSignedIn ? (
        <input type="hidden" name="signedIn" value="yes" />
      ) : (
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('submit.name')} errors={fields.name}>
            {(control) => <Input {...control} name="name" autoComplete="name" defaultValue={values.name} required />}
          </Field>
          <Field label={t('submit.email')} errors={fields.email} hint={t('submit.emailHint')}>
            {(control) => <EmailInput {...control} name="email" autoComplete="email" defaultValue={values.email} required />}
          </Field>
        </div>
      )}
      <Field label={t('submit.subject')} errors={fields.title}>
        {(control) => <Input {...control} dir="auto" name="title" maxLength={200} defaultValue={values.title} required />}
      </Field>
      <FoundArticles typed={asking} locale={locale} isAside onChoose={(id) => read.current.add(id)} />
      {isCustomer && <Suggestions title={asking} />}
      <Field label={t('submit.description')} errors={fields.description} hint={t('submit.descriptionHint')}>
        {(control) => <Textarea {...control} dir="auto" name="description" rows={7} defaultValue={values.description} required />}
      </Field>
      {departments.length > 1 && (
        <Field label={t('submit.department')} errors={fields.departmentId}>
          {(control) => (
            <Select {...control} name="departmentId" defaultValue={values.departmentId}>
              <Options of={departments} />
            </Select>
          )}
        </Field>
      )}
      {categories.length > 0 && (
        <Field label={t('submit.category')} errors={fields.categoryId}>
          {(control) => (
            <Select {...control} key={departmentId} name="categoryId" defaultValue={values.categoryId}>
              <option value="">{t('submit.none')}</option>
              {departmentId ? (
                <Options of={categories.filter((category) => category.departmentId === departmentId)} />
              ) : (
                departments.map((department) => {
                  const own = categories.filter(({ departmentId }) => departmentId === department.id)
                  return (
                    own.length > 0 && (
                      <optgroup key={department.id} label={department.name}>
                        <Options of={own} />
                      </optgroup>
                    )
                  )
                })
              )}
            </Select>
          )}
        </Field>
      )}
      <DetailInputs form="portal" errors={fields} values={details} />
      {shown.map((field) => (
        <FieldInput key={field.key} field={field} value={asked[field.key]} errors={fields[`fields.${field.key}`]} />
      ))}
      <RequestFiles
        files={files}
        isGuest={!isSignedIn}
        isSending={isPending}
        errors={[...(fields.files ?? []), ...(fields.file ?? []), ...(fields.attachmentIds ?? [])]}
        onChange={() => mend('files', 'file', 'attachmentIds')}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" size="large" isPending={isPending} disabled={isPending || files.isUploading}>
          {isPending ? t('submit.sending') : files.isUploading ? t('submit.uploading') : t('submit.send')}
        </Button>
      </div>
    </form>
  )
}

/** A choice of one as what it is. */
const flat = (chosen: Record<string, FieldValue>) =>
  Object.fromEntries(
    Object.entries(chosen).map(([key, value]) => [key, Array.isArray(value) && value.length < 2 ? (value[0] ?? '') : value]),
  )
