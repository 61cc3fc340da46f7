'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FormError, Input, Select, Textarea } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'
import { type Priority, priorities } from '@/lib/tickets/schema'
import { priorityNames } from './labels'

/** Opens a ticket for somebody who called or stands at the desk. */
export function NewTicket() {
  const [isOpen, setOpen] = useState(false)
  const router = useRouter()
  const { run, error, isPending } = useAction(api.tickets.create, {
    success: 'The ticket is open.',
    onDone: (ticket) => {
      setOpen(false)
      router.push(`/agent/tickets/${ticket.id}`)
    },
  })
  const fields = error?.fields ?? {}
  return (
    <>
      <Button variant="primary" size="small" onClick={() => setOpen(true)}>
        <Plus aria-hidden /> New ticket
      </Button>
      <Dialog title="New ticket" says="For somebody who called or wrote elsewhere." isOpen={isOpen} onOpenChange={setOpen}>
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget)
            const text = (name: string) => String(form.get(name) ?? '')
            void run({
              title: text('title'),
              description: text('description'),
              priority: text('priority') as Priority,
              source: text('source') as 'phone' | 'internal',
              requester: { name: text('name'), email: text('email') },
            })
          }}
        >
          <FormError>{error && Object.keys(fields).length === 0 ? error.message : null}</FormError>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Requester" errors={fields['requester.name']}>
              {(control) => <Input {...control} name="name" required />}
            </Field>
            <Field label="Their email" errors={fields['requester.email']}>
              {(control) => <Input {...control} name="email" type="email" required />}
            </Field>
          </div>
          <Field label="Title" errors={fields.title}>
            {(control) => <Input {...control} name="title" maxLength={200} required />}
          </Field>
          <Field label="Description" errors={fields.description}>
            {(control) => <Textarea {...control} name="description" rows={5} required />}
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
          <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
            Open ticket
          </Button>
        </form>
      </Dialog>
    </>
  )
}
