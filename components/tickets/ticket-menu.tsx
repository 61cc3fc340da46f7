'use client'

import { Archive, ArchiveRestore, Ellipsis, GitMerge, Link2, type LucideIcon, Printer, Split, Trash2, UserRoundPen } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { useKeys } from '@/components/ui/keys'
import { Popover } from '@/components/ui/popover'
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

interface Props {
  ticket: TicketOutput
  mayRemove: boolean
  /** Whether the reader sees contacts. */
  mayFind: boolean
  timeZone: string
}

/** What is done with a ticket as a whole, behind one button. */
export function TicketMenu({ ticket, mayRemove, mayFind, timeZone }: Props) {
  const t = useTranslations('tickets')
  const archiveWord = useTranslations('common.actions')
  const router = useRouter()
  const own = useOwnVersion()
  const offer = useUndo(ticket.id)
  const { id, abilities, archivedAt, number, requester } = ticket
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
  const trigger = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [asked, setAsked] = useState<'link' | 'merge' | 'split' | 'requester' | 'delete' | null>(null)
  const askToMerge = () => (abilities.update ? setAsked('merge') : false)
  useKeys({ M: askToMerge })
  const choose = (then: () => void) => () => {
    setOpen(false)
    then()
  }
  function close() {
    setAsked(null)
    trigger.current?.focus()
  }
  const dialog = { id, number, requesterEmail: requester.email, onClose: close }
  const isArchived = archivedAt !== null
  return (
    <>
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger
          ref={trigger}
          aria-label={t('menu.more')}
          title={t('menu.more')}
          className="rounded p-1 hover:bg-surface print:hidden [&_svg]:size-4"
        >
          <Ellipsis aria-hidden />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            aria-label={t('menu.more')}
            align="end"
            sideOffset={4}
            collisionPadding={8}
            // What was chosen takes the focus itself.
            onCloseAutoFocus={(event) => asked && event.preventDefault()}
            className="z-50 grid min-w-44 rounded-md border bg-raised p-1 shadow-md print:hidden"
          >
            {abilities.update && (
              <>
                <Item icon={Link2} onUse={choose(() => setAsked('link'))}>
                  {t('menu.link')}
                </Item>
                <Item icon={GitMerge} onUse={choose(() => setAsked('merge'))}>
                  {t('menu.merge')}
                </Item>
                <Item icon={Split} onUse={choose(() => setAsked('split'))}>
                  {t('menu.split')}
                </Item>
                <Item icon={UserRoundPen} onUse={choose(() => setAsked('requester'))}>
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
              <Item icon={Trash2} isDangerous onUse={choose(() => setAsked('delete'))}>
                {t('menu.delete')}
              </Item>
            )}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {asked === 'link' && <LinkTicket {...dialog} />}
      {asked === 'merge' && <MergeTicket {...dialog} />}
      {asked === 'split' && <SplitTicket id={id} timeZone={timeZone} onClose={close} />}
      {asked === 'requester' && <ChangeRequester ticket={ticket} mayFind={mayFind} onClose={close} />}
      {asked === 'delete' && (
        <ConfirmButton
          action={t('menu.delete')}
          title={t('menu.deleteTitle', { number })}
          says={t('menu.deleteSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run(undefined)}
          onClose={close}
        />
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
