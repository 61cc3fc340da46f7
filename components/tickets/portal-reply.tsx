'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'

export function PortalReply({ ticketId, isDone }: { ticketId: string; isDone: boolean }) {
  const [body, setBody] = useState('')
  const { run, error, isPending } = useAction(api.tickets.reply, { success: 'Your reply was sent.', onDone: () => setBody('') })
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void run({ id: ticketId, body })
      }}
    >
      <Field label="Reply" hint={isDone ? 'A reply opens this request again.' : undefined} errors={error?.fields.body}>
        {(control) => <Textarea {...control} value={body} onChange={(event) => setBody(event.target.value)} rows={4} />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending} disabled={!body.trim()} className="justify-self-start">
        Send reply
      </Button>
    </form>
  )
}
