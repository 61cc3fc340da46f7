'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Checkbox, Field, Input, Select, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { type Priority, priorities } from '@/lib/directory/schema'
import { api } from '@/lib/wiring/client'
import { readDetails } from './detail-form'
import { DetailInputs } from './detail-inputs'
import { priorityNames } from './labels'

/** Opens a ticket for somebody who called or stands at the desk. */
export function NewTicket({ timeZone }: { timeZone: string }) {
  const router = useRouter()
  const { run, error, isPending } = useAction(api.tickets.create, {
    isForm: true,
    success: 'The ticket is open.',
    onDone: (ticket) => router.push(`/agent/tickets/${ticket.id}`),
  })
  const fields = error?.fields ?? {}
  return (
    <FormDialog
      trigger={
        <>
          <Plus aria-hidden /> New ticket
        </>
      }
      triggerVariant="primary"
      triggerSize="small"
      title="New ticket"
      says="For somebody who called or wrote elsewhere."
      submit="Open ticket"
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
        <Field label="Requester" errors={fields['requester.name']}>
          {(control) => <Input {...control} name="name" dir="auto" required />}
        </Field>
        <Field label="Their email" errors={fields['requester.email']}>
          {(control) => <Input {...control} name="email" type="email" required />}
        </Field>
      </div>
      <Field label="Title" errors={fields.title}>
        {(control) => <Input {...control} name="title" dir="auto" maxLength={200} required />}
      </Field>
      <Field label="Description" hint="In your words; the requester can read it." errors={fields.description}>
        {(control) => <Textarea {...control} name="description" dir="auto" rows={5} required />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Priority">
          {(control) => (
            <Select {...control} name="priority" defaultValue="medium">
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  {priorityNames[priority]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Came by">
          {(control) => (
            <Select {...control} name="source" defaultValue="phone">
              <option value="phone">Phone</option>
              <option value="internal">In person</option>
            </Select>
          )}
        </Field>
      </div>
      <DetailInputs form="agent" errors={fields} />
      <Checkbox name="acknowledge" defaultChecked label="Send them a mail with the reference" />
    </FormDialog>
  )
}
