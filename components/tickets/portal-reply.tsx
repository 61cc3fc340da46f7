'use client'

import { Button } from '@/components/ui/button'
import { Field, FormError, Textarea } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { useDraft } from '@/components/ui/use-draft'
import { api } from '@/lib/client'

export function PortalReply({ ticketId, isDone }: { ticketId: string; isDone: boolean }) {
  const [body, keep] = useDraft(`request:${ticketId}`)
  const { run, error, isPending } = useAction(api.tickets.reply, {
    isForm: true,
    success: 'Your reply was sent.',
    onDone: () => keep(''),
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
      <Field label="Reply" hint={isDone ? 'A reply opens this request again.' : undefined}>
        {(control) => <Textarea {...control} dir="auto" value={body} onChange={(event) => keep(event.target.value)} rows={4} />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending} disabled={!body.trim()} className="justify-self-start">
        Send reply
      </Button>
    </form>
  )
}
