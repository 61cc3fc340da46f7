'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Checkbox, EmailInput, Field, Input, Select, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { type Priority, priorities } from '@/lib/directory/values'
import { api } from '@/lib/wiring/client'
import { readDetails } from './detail-form'
import { DetailInputs } from './detail-inputs'

/** Opens a ticket for someone who called or came in person. */
export function NewTicket({ timeZone }: { timeZone: string }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const router = useRouter()
  const { run, error, isPending } = useAction(api.tickets.create, {
    isForm: true,
    success: t('new.created'),
    onDone: (ticket) => router.push(`/agent/tickets/${ticket.id}`),
  })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      icon={Plus}
      trigger={t('new.title')}
      triggerVariant="primary"
      triggerSize="small"
      title={t('new.title')}
      says={t('new.says')}
      submit={t('new.submit')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const text = (name: string) => String(form.get(name) ?? '')
        return run({
          title: text('title'),
          description: text('description'),
          priority: text('priority') as Priority,
          source: text('source') as 'phone' | 'internal',
          requester: { name: text('name'), email: text('email') },
          acknowledge: form.get('acknowledge') === 'on',
          ...readDetails(form, 'agent', timeZone),
        })
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('attributes.requester')} errors={fields['requester.name']}>
          {(control) => <Input {...control} name="name" dir="auto" required />}
        </Field>
        <Field label={t('new.email')} errors={fields['requester.email']}>
          {(control) => <EmailInput {...control} name="email" required />}
        </Field>
      </div>
      <Field label={t('attributes.title')} errors={fields.title}>
        {(control) => <Input {...control} name="title" dir="auto" maxLength={200} required />}
      </Field>
      <Field label={common('description')} hint={t('new.descriptionHint')} errors={fields.description}>
        {(control) => <Textarea {...control} name="description" dir="auto" rows={5} required />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={common('priorityLabel')}>
          {(control) => (
            <Select {...control} name="priority" defaultValue="medium">
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  {common(`priority.${priority}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t('attributes.source')}>
          {(control) => (
            <Select {...control} name="source" defaultValue="phone">
              <option value="phone">{t('choices.source.phone')}</option>
              <option value="internal">{t('choices.source.internal')}</option>
            </Select>
          )}
        </Field>
      </div>
      <DetailInputs form="agent" errors={fields} />
      <Checkbox name="acknowledge" defaultChecked label={t('new.acknowledge')} />
    </FormDialog>
  )
}
