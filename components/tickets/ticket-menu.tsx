'use client'

import { Archive, ArchiveRestore, GitMerge, Link2, Printer, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/** What is done with a ticket as a whole. */
export function TicketMenu({ ticket, mayRemove }: { ticket: TicketOutput; mayRemove: boolean }) {
  const router = useRouter()
  const own = useOwnVersion()
  const { id, abilities, archivedAt, number } = ticket
  const link = useAction(api.tickets.link, { isForm: true, success: 'Linked.' })
  const merge = useAction(api.tickets.merge, {
    isForm: true,
    onDone({ ticket: into, mergeId }) {
      toast.success(`${number} went into ${into.number}.`, {
        duration: 10_000,
        action: { label: 'Undo', onClick: () => void undo.run({ mergeId }) },
      })
      router.push(`/agent/tickets/${into.id}`)
      return false
    },
  })
  const undo = useAction(api.tickets.undoMerge, {
    success: 'The merge was taken back.',
    onDone(back) {
      router.push(`/agent/tickets/${back.id}`)
      return false
    },
  })
  const versionOf = (after: { version: number }) => after.version
  const archive = useAction((isArchived: boolean) => own.inTurn((version) => api.tickets.archive({ id, isArchived, version }), versionOf))
  const remove = useAction(
    () =>
      own.inTurn(
        (version) => api.tickets.delete({ id, version }),
        () => undefined,
      ),
    {
      onDone() {
        toast.success(`${number} was removed.`, { duration: 10_000, action: { label: 'Undo', onClick: () => void restore.run({ id }) } })
        router.push('/agent')
        return false
      },
    },
  )
  const restore = useAction(api.tickets.restore, {
    success: 'The ticket is back.',
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
            trigger={
              <>
                <Link2 aria-hidden /> Link
              </>
            }
            title={`Link ${number}`}
            submit="Link"
            error={link.error}
            isPending={link.isPending}
            onSubmit={(form) => link.run({ id, other: text(form, 'other'), kind: text(form, 'kind') as 'relates' })}
          >
            <Field label="This ticket">
              {(control) => (
                <Select {...control} name="kind">
                  <option value="relates">relates to</option>
                  <option value="blocks">blocks</option>
                  <option value="duplicates">duplicates</option>
                </Select>
              )}
            </Field>
            <Field label="Ticket" errors={link.error?.fields.other}>
              {(control) => <Input {...control} name="other" placeholder="Its number" autoComplete="off" required autoFocus />}
            </Field>
          </FormDialog>
          <FormDialog
            trigger={
              <>
                <GitMerge aria-hidden /> Merge
              </>
            }
            title={`Merge ${number} into another`}
            says="The conversation moves there and this ticket closes. The requester is told. It can be taken back for 30 days."
            submit="Merge"
            error={merge.error}
            isPending={merge.isPending}
            onSubmit={(form) => merge.run({ id, into: text(form, 'into') })}
          >
            <Field label="Ticket that stays" errors={merge.error?.fields.into ?? merge.error?.fields.other}>
              {(control) => <Input {...control} name="into" placeholder="Its number" autoComplete="off" required autoFocus />}
            </Field>
          </FormDialog>
          <Button size="small" isPending={archive.isPending} onClick={() => void archive.run(archivedAt === null)}>
            {archivedAt ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />} {archivedAt ? 'Out of the archive' : 'Archive'}
          </Button>
        </>
      )}
      <Button size="small" onClick={() => window.print()}>
        <Printer aria-hidden /> Print
      </Button>
      {mayRemove && (
        <ConfirmButton
          action="Remove"
          icon={<Trash2 aria-hidden />}
          title={`Remove ${number}`}
          says="It can be restored for 30 days, then it is gone for good."
          isPending={remove.isPending}
          onConfirm={() => remove.run(undefined)}
        />
      )}
    </div>
  )
}
