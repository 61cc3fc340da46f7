'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { DropZone, pastedFiles } from '@/components/files/drop-zone'
import { UploadList } from '@/components/files/upload-list'
import { useUploads } from '@/components/files/use-uploads'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { useDraft } from '@/components/ui/use-draft'
import { maxFileSize, sizeInWords } from '@/lib/files/values'
import { api } from '@/lib/wiring/client'

interface Props {
  ticketId: string
  isDone: boolean
  /** It was closed too long ago, so what is written becomes a request of its own. */
  isNew: boolean
  /** Who writes takes part in somebody else's request. */
  isParticipant?: boolean
}

type Reply = Parameters<typeof api.tickets.replyAsParticipant>[0]

async function replyAsParticipant(input: Reply) {
  const { ticketId } = await api.tickets.replyAsParticipant(input)
  return { ticket: { id: ticketId } }
}

export function PortalReply({ ticketId, isDone, isNew, isParticipant }: Props) {
  const t = useTranslations('portal')
  const router = useRouter()
  const [body, keep] = useDraft(`request:${ticketId}`)
  const {
    uploads,
    add,
    remove,
    reset,
    ids,
    isPending: isUploading,
  } = useUploads({
    onRemove: (fileId) => void api.files.remove({ id: fileId }).catch(() => {}), // else the sweep does it
  })
  const { run, error, isPending } = useAction(
    (input: Reply): Promise<{ ticket: { id: string } }> => (isParticipant ? replyAsParticipant(input) : api.tickets.reply(input)),
    {
      isForm: true,
      success: t('reply.sent'),
      onDone: ({ ticket }) => {
        keep('')
        reset()
        if (ticket.id !== ticketId) router.push(`/requests/${ticket.id}`)
      },
    },
  )
  return (
    <form
      className="grid gap-3"
      onPaste={(event) => add(pastedFiles(event))}
      onSubmit={(event) => {
        event.preventDefault()
        void run({ id: ticketId, ...(body.trim() ? { body } : {}), attachmentIds: ids })
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('reply.label')} hint={isNew ? t('reply.newSays') : isDone ? t('reply.reopensSays') : undefined}>
        {(control) => <Textarea {...control} dir="auto" value={body} onChange={(event) => keep(event.target.value)} rows={4} />}
      </Field>
      <UploadList uploads={uploads} onRemove={remove} className="px-0" />
      <Field label={t('files')} hint={t('reply.filesHint', { size: sizeInWords(maxFileSize) })}>
        {(control) => <DropZone {...control} says={t('submit.drop')} onFiles={add} className="py-3" />}
      </Field>
      <Button
        type="submit"
        variant="primary"
        isPending={isPending}
        disabled={isUploading || (!body.trim() && ids.length === 0)}
        className="justify-self-start"
      >
        {t('reply.send')}
      </Button>
    </form>
  )
}
