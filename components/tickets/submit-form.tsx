'use client'

import { useActionState, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FormError, Input, Select, Textarea } from '@/components/ui/field'
import { useKeptForm } from '@/components/ui/use-kept-form'
import { maxFileSize, sizeInWords } from '@/lib/files/schema'

export interface SubmitState {
  values: Record<'name' | 'email' | 'title' | 'description' | 'departmentId' | 'categoryId', string>
  fields: Record<string, string[]>
  message: string | null
}

interface Props {
  action: (state: SubmitState, form: FormData) => Promise<SubmitState>
  title: string
  isSignedIn: boolean
  departments: { id: string; name: string }[]
  categories: { id: string; name: string; departmentId: string }[]
}

export function SubmitForm({ action, title, isSignedIn, departments, categories }: Props) {
  const start = { values: { name: '', email: '', title, description: '', departmentId: '', categoryId: '' }, fields: {}, message: null }
  const [{ values, fields, message }, submit, isPending] = useActionState(action, start)
  const form = useRef<HTMLFormElement>(null)
  useKeptForm(form, 'request-form', ['name', 'email', 'title', 'description'])
  return (
    <form ref={form} action={submit} className="grid max-w-2xl gap-5" noValidate>
      <FormError>{message}</FormError>
      {isSignedIn ? (
        <input type="hidden" name="signedIn" value="yes" />
      ) : (
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Your name" errors={fields.name}>
            {(control) => <Input {...control} name="name" autoComplete="name" defaultValue={values.name} required />}
          </Field>
          <Field label="Email" errors={fields.email} hint="We answer to this address.">
            {(control) => <Input {...control} name="email" type="email" autoComplete="email" defaultValue={values.email} required />}
          </Field>
        </div>
      )}
      <Field label="What is it about?" errors={fields.title}>
        {(control) => <Input {...control} dir="auto" name="title" maxLength={200} defaultValue={values.title} required />}
      </Field>
      <Field label="Tell us more" errors={fields.description} hint="What did you expect, and what happened instead?">
        {(control) => <Textarea {...control} dir="auto" name="description" rows={7} defaultValue={values.description} required />}
      </Field>
      {departments.length > 1 && (
        <Field label="Who should answer?" errors={fields.departmentId}>
          {(control) => (
            <Select {...control} name="departmentId" defaultValue={values.departmentId}>
              {departments.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {categories.length > 0 && (
        <Field label="Which of these is it?" hint="If none is, leave it open." errors={fields.categoryId}>
          {(control) => (
            <Select {...control} name="categoryId" defaultValue={values.categoryId}>
              <option value="">None of them</option>
              {departments.map((department) => {
                const own = categories.filter(({ departmentId }) => departmentId === department.id)
                return (
                  own.length > 0 && (
                    <optgroup key={department.id} label={department.name}>
                      {own.map(({ id, name }) => (
                        <option key={id} value={id}>
                          {name}
                        </option>
                      ))}
                    </optgroup>
                  )
                )
              })}
            </Select>
          )}
        </Field>
      )}
      <Field
        label="Files"
        hint={`Pictures of what you see help us; up to ${sizeInWords(maxFileSize)} each.`}
        errors={
          [...(fields.files ?? []), ...(fields.file ?? [])].length > 0 ? [...(fields.files ?? []), ...(fields.file ?? [])] : undefined
        }
      >
        {(control) => <Input {...control} type="file" name="files" multiple className="h-auto py-1.5" />}
      </Field>
      <Button type="submit" variant="primary" size="large" isPending={isPending} className="justify-self-start">
        {isPending ? 'Sending…' : 'Send request'}
      </Button>
    </form>
  )
}
