'use client'

import { Archive, ArchiveRestore, Link2, Printer, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { MergeTicket } from './merge-ticket'
import { useOwnVersion } from './own-version'
import { TicketInput } from './ticket-input'
import { useUndo } from './use-undo'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** What is done with a ticket as a whole. */
export function TicketMenu({ ticket, mayRemove }: { ticket: TicketOutput; mayRemove: boolean }) {
  const t = useTranslations('tickets')
  const archiveWord = useTranslations('common.actions')
  const router = useRouter()
  const own = useOwnVersion()
  const offer = useUndo(ticket.id)
  const { id, abilities, archivedAt, number, requester } = ticket
  const [other, setOther] = useState('')
  const link = useAction(api.tickets.link, { isForm: true, success: t('menu.linked') })
  const versionOf = (after: { version: number }) => after.version
  const archive = useAction((isArchived: boolean) => own.inTurn((version) => api.tickets.archive({ id, isArchived, version }), versionOf), {
    onDone: (after) => void offer('archive', t(after.archivedAt ? 'menu.archived' : 'menu.unarchived', { number })),
  })
  const remove = useAction(
    () =>
      own.inTurn(
        (version) => api.tickets.delete({ id, version }),
        () => undefined,
      ),
    {
      onDone() {
        toast.success(t('menu.deleted', { number }), {
          duration: 10_000,
          action: { label: t('undo'), onClick: () => void restore.run({ id }) },
        })
        router.push('/agent')
        return false
      },
    },
  )
  const restore = useAction(api.tickets.restore, {
    success: t('restored'),
    onDone() {
      router.push(`/agent/tickets/${id}`)
      return false
    },
  })
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      {abilities.update && (
        <>
          <FormDialog
            icon={Link2}
            trigger={t('menu.link')}
            title={t('menu.linkTitle', { number })}
            submit={t('menu.link')}
            error={link.error}
            isPending={link.isPending}
            onSubmit={(form) => link.run({ id, other: text(form, 'other'), kind: text(form, 'kind') as 'relates' })}
          >
            <Field label={t('menu.thisTicket')}>
              {(control) => (
                <Select {...control} name="kind">
                  <option value="relates">{t('menu.kind.relates')}</option>
                  <option value="blocks">{t('menu.kind.blocks')}</option>
                  <option value="duplicates">{t('menu.kind.duplicates')}</option>
                </Select>
              )}
            </Field>
            <TicketInput
              label={t('menu.ticket')}
              name="other"
              value={other}
              onChange={setOther}
              requester={requester.email}
              besides={id}
              errors={link.error?.fields.other}
            />
          </FormDialog>
          <MergeTicket id={id} number={number} requesterEmail={requester.email} />
          <Button size="small" isPending={archive.isPending} onClick={() => void archive.run(archivedAt === null)}>
            {archivedAt ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}{' '}
            {archivedAt ? t('menu.unarchive') : archiveWord('archive')}
          </Button>
        </>
      )}
      <Button size="small" onClick={() => window.print()}>
        <Printer aria-hidden /> {t('menu.print')}
      </Button>
      {mayRemove && (
        <ConfirmButton
          action={t('menu.delete')}
          icon={<Trash2 aria-hidden />}
          title={t('menu.deleteTitle', { number })}
          says={t('menu.deleteSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run(undefined)}
        />
      )}
    </div>
  )
}
