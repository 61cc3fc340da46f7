'use client'

import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/button'
import { Field, FormError, Textarea } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { useDraft } from '@/components/ui/use-draft'
import { api } from '@/lib/client'

/** `isNew`: it was closed too long ago, so what is written becomes a request of its own. */
export function PortalReply({ ticketId, isDone, isNew }: { ticketId: string; isDone: boolean; isNew: boolean }) {
  const router = useRouter()
  const [body, keep] = useDraft(`request:${ticketId}`)
  const { run, error, isPending } = useAction(api.tickets.reply, {
    isForm: true,
    success: 'Your reply was sent.',
    onDone: ({ ticket }) => {
      keep('')
      if (ticket.id !== ticketId) router.push(`/requests/${ticket.id}`)
    },
  })
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void run({ id: ticketId, body })
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field
        label="Reply"
        hint={
          isNew
            ? 'This was closed a while ago: your reply becomes a new request that continues it.'
            : isDone
              ? 'A reply opens this request again.'
              : undefined
        }
      >
        {(control) => <Textarea {...control} dir="auto" value={body} onChange={(event) => keep(event.target.value)} rows={4} />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending} disabled={!body.trim()} className="justify-self-start">
        Send reply
      </Button>
    </form>
  )
}
