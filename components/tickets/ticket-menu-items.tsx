'use client'

import { Archive, ArchiveRestore, GitMerge, Link2, type LucideIcon, Printer, Split, Trash2, UserRoundPen } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { useUndo } from './use-undo'

// Loaded when they are opened.
const LinkTicket = dynamic(() => import('./link-ticket').then((module) => module.LinkTicket), { ssr: false })
const ChangeRequester = dynamic(() => import('./change-requester').then((module) => module.ChangeRequester), { ssr: false })
const SplitTicket = dynamic(() => import('./split-ticket').then((module) => module.SplitTicket), { ssr: false })
const MergeTicket = dynamic(() => import('./merge-ticket').then((module) => module.MergeTicket), { ssr: false })

export type AskedOfTicket = 'link' | 'merge' | 'split' | 'requester' | 'delete'

interface ItemsProps {
  ticket: TicketOutput
  mayRemove: boolean
  onChosen: () => void
  onAsk: (asked: AskedOfTicket) => void
}

/** What stands in the menu of a ticket. */
export function TicketMenuItems({ ticket: { id, abilities, archivedAt, number }, mayRemove, onChosen, onAsk }: ItemsProps) {
  const t = useTranslations('tickets')
  const archiveWord = useTranslations('common.actions')
  const own = useOwnVersion()
  const offer = useUndo(id)
  const archive = useAction(
    (isArchived: boolean) =>
      own.inTurn(
        (version) => api.tickets.archive({ id, isArchived, version }),
        (after) => after.version,
      ),
    { onDone: (after) => void offer('archive', t(after.archivedAt ? 'menu.archived' : 'menu.unarchived', { number })) },
  )
  const choose = (then: () => void) => () => {
    onChosen()
    then()
  }
  const ask = (asked: AskedOfTicket) => choose(() => onAsk(asked))
  const isArchived = archivedAt !== null
  return (
    <>
      {abilities.update && (
        <>
          <Item icon={Link2} onUse={ask('link')}>
            {t('menu.link')}
          </Item>
          <Item icon={GitMerge} onUse={ask('merge')}>
            {t('menu.merge')}
          </Item>
          <Item icon={Split} onUse={ask('split')}>
            {t('menu.split')}
          </Item>
          <Item icon={UserRoundPen} onUse={ask('requester')}>
            {t('changeRequester.submit')}
          </Item>
          <Item icon={isArchived ? ArchiveRestore : Archive} onUse={choose(() => void archive.run(!isArchived))}>
            {isArchived ? t('menu.unarchive') : archiveWord('archive')}
          </Item>
        </>
      )}
      <Item icon={Printer} onUse={choose(() => window.print())}>
        {t('menu.print')}
      </Item>
      {mayRemove && (
        <Item icon={Trash2} isDangerous onUse={ask('delete')}>
          {t('menu.delete')}
        </Item>
      )}
    </>
  )
}

interface ItemProps {
  icon: LucideIcon
  isDangerous?: boolean
  onUse: () => void
  children: ReactNode
}

const Item = ({ icon: Icon, isDangerous, onUse, children }: ItemProps) => (
  <button
    type="button"
    onClick={onUse}
    className={cn('flex items-center gap-2 rounded px-2 py-1.5 text-start text-sm hover:bg-line/60', isDangerous && 'text-danger')}
  >
    <Icon aria-hidden className="size-4 shrink-0" /> {children}
  </button>
)

interface AskedProps {
  asked: AskedOfTicket
  ticket: TicketOutput
  mayFind: boolean
  timeZone: string
  onClose: () => void
}

/** The dialog that was chosen. */
export function AskedByMenu({ asked, ticket, mayFind, timeZone, onClose }: AskedProps) {
  const { id, number, requester } = ticket
  const dialog = { id, number, requesterEmail: requester.email, onClose }
  if (asked === 'link') return <LinkTicket {...dialog} />
  if (asked === 'merge') return <MergeTicket {...dialog} />
  if (asked === 'split') return <SplitTicket id={id} timeZone={timeZone} onClose={onClose} />
  if (asked === 'requester') return <ChangeRequester ticket={ticket} mayFind={mayFind} onClose={onClose} />
  return <DeleteTicket id={id} number={number} onClose={onClose} />
}

function DeleteTicket({ id, number, onClose }: { id: string; number: string; onClose: () => void }) {
  const t = useTranslations('tickets')
  const router = useRouter()
  const own = useOwnVersion()
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
    <ConfirmButton
      action={t('menu.delete')}
      title={t('menu.deleteTitle', { number })}
      says={t('menu.deleteSays')}
      isPending={remove.isPending}
      onConfirm={() => remove.run(undefined)}
      onClose={onClose}
    />
  )
}
