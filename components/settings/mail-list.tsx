'use client'

import { Ban, CircleSlash, FilePlus2, ListChecks, RefreshCw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { DataTable } from '@/components/ui/data-table'
import { useKeys } from '@/components/ui/keys'
import { Badge } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { RowMenu } from '@/components/ui/row-menu'
import { Time } from '@/components/ui/time'
import { toast } from '@/components/ui/toast'
import type { Recovery, Replay } from '@/lib/channels/email/schema'
import { isSameResult } from '@/lib/channels/email/values'
import { api } from '@/lib/wiring/client'

/** An email of the list, with what the page says of it. */
export interface ListedMail {
  id: string
  subject: string
  sender: string
  address: string | null
  /** Why it is here, in words; those of one reason and one sender are alike. */
  reason: string
  /** How it stands, in words, where the list has several kinds. */
  status: string | null
  /** The mailbox that it came through, by its name, else the address that it came to. */
  mailbox: string
  /** What it became part of. */
  ticketId: string | null
  receivedAt: Date
  /** Whether it can become a ticket or be ignored. */
  isOpen: boolean
}

interface Props {
  items: ListedMail[]
  timeZone: string
  isIgnored: boolean
  /** There are more, on other pages. */
  isPart: boolean
  empty: ReactNode
}

/** Emails that came in, each with what makes a ticket of it; several at once where they are alike. */
export function MailList({ items, timeZone, isIgnored, isPart, empty }: Props) {
  const t = useTranslations('settings.mail')
  const common = useTranslations('common')
  const router = useRouter()
  const hasStatus = items.some(({ status }) => status !== null)
  const list = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isPending, setPending] = useState(false)
  /** What those that were checked again would become now. */
  const [results, setResults] = useState<ReadonlyMap<string, Replay['after']>>(new Map())
  const open = items.filter(({ isOpen }) => isOpen)
  const some = open.filter(({ id }) => chosen.has(id))
  const senders = new Set(some.map(({ address }) => address)).size
  const toggle = (id: string) => setChosen((before) => (before.has(id) ? without(before, id) : new Set([...before, id])))

  async function recover(mails: ListedMail[], action: Recovery) {
    const given = action === 'ticket' ? mails.filter(({ address }) => address) : mails
    if (mails.length === 0 || isPending) return false
    if (given.length === 0) {
      toast.error(t('noAddress'))
      return false
    }
    setPending(true)
    let failed = mails.length - given.length
    // One after another: each is a message to the workspace's database, and none waits for the others.
    for (const { id } of given) await api.mail.recover({ id, action }).catch(() => failed++)
    setPending(false)
    setChosen(new Set())
    const done = mails.length - failed
    const ids = given.map(({ id }) => id)
    const undo = {
      label: t('undo'),
      onClick: async () => {
        for (const id of ids) await api.mail.recover({ id, action: 'restore' }).catch(() => toast.error(t('notRestored')))
        router.refresh()
      },
    }
    if (done > 0) toast.success(t(`did.${action}`, { count: done }), action === 'ignore' ? { action: undo, duration: 10_000 } : {})
    if (failed > 0) toast.error(t('didNot', { count: failed }))
    router.refresh()
    return failed === 0
  }

  /** Marks and leaves chosen what would become of something else now. */
  async function check(mails: ListedMail[]) {
    setPending(true)
    const replays: Replay[] = []
    for (const { id } of mails)
      await api.mail.replay({ id, refresh: true }).then(
        (found) => replays.push(found),
        () => {},
      )
    setPending(false)
    const others = replays.filter((replay) => !isSameResult(replay))
    setResults(new Map(others.map(({ id, after }) => [id, after])))
    setChosen(new Set(others.map(({ id }) => id)))
    if (others.length > 0) toast.info(t('checkedOther', { count: others.length }))
    else if (replays.length > 0) toast.success(t('checkedSame', { count: replays.length }))
    if (replays.length < mails.length) toast.error(t('notChecked', { count: mails.length - replays.length }))
  }

  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const at = () => rows().indexOf(document.activeElement as HTMLElement)
  const current = () => items.find(({ id }) => id === rows()[at()]?.dataset.row)
  const move = (by: number) => rows()[Math.max(0, Math.min(rows().length - 1, at() + by))]?.focus()
  /** Those that are chosen, else the one that has the focus. */
  const meant = () => (some.length > 0 ? some : [current()].flatMap((mail) => (mail?.isOpen ? [mail] : [])))
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const mail = current()
      if (mail?.isOpen) toggle(mail.id)
    },
    t: () => void recover(meant(), 'ticket'),
    i: () => !isIgnored && void recover(meant(), 'ignore'),
  })
  const alike = open.filter((mail) => some.some((one) => one.reason === mail.reason && one.address === mail.address))

  return (
    <>
      {open.length > 0 && (
        <div className="mb-2 flex min-h-12 flex-wrap items-center gap-2 rounded-md border bg-surface px-4 py-2 text-sm">
          <label className="me-2 flex items-center gap-3">
            <input
              type="checkbox"
              className="size-4 accent-[var(--accent)]"
              checked={some.length === open.length}
              onChange={({ target }) => setChosen(new Set(target.checked ? open.map(({ id }) => id) : []))}
            />
            {some.length === 0 ? t('selectAll') : t('selected', { count: some.length })}
          </label>
          {some.length > 0 && (
            <>
              {alike.length > some.length && (
                <Button size="small" onClick={() => setChosen(new Set(alike.map(({ id }) => id)))}>
                  <ListChecks aria-hidden /> {t('selectAlike', { count: alike.length })}
                </Button>
              )}
              <Button size="small" variant="primary" isPending={isPending} onClick={() => void recover(some, 'ticket')}>
                <FilePlus2 aria-hidden /> {t('createTickets', { count: some.length })}
              </Button>
              {!isIgnored && (
                <Button size="small" isPending={isPending} onClick={() => void recover(some, 'ignore')}>
                  <CircleSlash aria-hidden /> {t('ignore')}
                </Button>
              )}
              <Button size="small" isPending={isPending} onClick={() => void check(some)}>
                <RefreshCw aria-hidden /> {t('checkAgain')}
              </Button>
              <ConfirmButton
                action={t('blockSenders')}
                icon={<Ban aria-hidden />}
                title={t('blockSendersTitle', { count: senders })}
                says={t('blockSendersSays', { count: senders })}
                isPending={isPending}
                onConfirm={() => recover(some, 'block')}
              />
            </>
          )}
        </div>
      )}
      <div ref={list}>
        <DataTable
          label={t('emails')}
          file="incoming-mail"
          isPart={isPart}
          empty={empty}
          columns={[
            { name: t('subject') },
            ...(hasStatus ? [{ name: common('statusLabel') }] : []),
            { name: t('mailbox'), from: 'lg' },
            { name: t('receivedAt'), from: 'sm', isTime: true },
          ]}
          rows={items.map((mail) => ({
            id: mail.id,
            words: `${mail.sender} ${mail.reason}`,
            cells: [
              {
                value: mail.subject,
                show: <Subject mail={mail} result={results.get(mail.id)} isChosen={chosen.has(mail.id)} onChoose={() => toggle(mail.id)} />,
              },
              ...(hasStatus ? [{ value: mail.status ?? '', show: <Status mail={mail} /> }] : []),
              {
                value: mail.mailbox,
                show: (
                  <span dir="auto" className="text-muted">
                    {mail.mailbox}
                  </span>
                ),
              },
              { value: mail.receivedAt.getTime(), show: <Time at={mail.receivedAt} timeZone={timeZone} className="text-muted" /> },
            ],
            menu: mail.isOpen ? <MailMenu mail={mail} isPending={isPending} isIgnored={isIgnored} recover={recover} check={check} /> : null,
          }))}
        />
      </div>
    </>
  )
}

const without = (all: ReadonlySet<string>, id: string) => new Set([...all].filter((each) => each !== id))

interface SubjectProps {
  mail: ListedMail
  /** What would become of it now, where that is something else. */
  result?: Replay['after']
  isChosen: boolean
  onChoose: () => void
}

/** What it is about, from whom, and why it is here. */
function Subject({ mail: { id, subject, sender, reason, isOpen }, result, isChosen, onChoose }: SubjectProps) {
  const t = useTranslations('settings.mail')
  return (
    <span className="flex items-start gap-3">
      {isOpen && (
        <input
          type="checkbox"
          aria-label={t('select', { subject })}
          className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
          checked={isChosen}
          onChange={onChoose}
        />
      )}
      <span className="min-w-0">
        <Link data-row={id} href={`/settings/mail/${id}`} className="text-link">
          <bdi>{subject}</bdi>
        </Link>
        {result && <Badge className="ms-2 text-link">{t('wouldBe', { result: t(`outcomes.${result}`) })}</Badge>}
        <span className="block text-xs font-normal text-muted">
          <bdi>{sender}</bdi>
          {reason && <> · {reason}</>}
        </span>
      </span>
    </span>
  )
}

const Status = ({ mail: { status, ticketId } }: { mail: ListedMail }) => (
  <Badge className={ticketId ? 'text-link' : undefined}>
    {ticketId ? <Link href={`/agent/tickets/${ticketId}`}>{status}</Link> : status}
  </Badge>
)

interface MenuProps {
  mail: ListedMail
  isPending: boolean
  isIgnored: boolean
  recover: (mails: ListedMail[], action: Recovery) => Promise<boolean>
  check: (mails: ListedMail[]) => Promise<void>
}

function MailMenu({ mail, isPending, isIgnored, recover, check }: MenuProps) {
  const t = useTranslations('settings.mail')
  return (
    <RowMenu
      of={mail.subject}
      isPending={isPending}
      actions={[
        mail.address !== null && { name: t('createTicket'), icon: FilePlus2, onUse: () => recover([mail], 'ticket') },
        !isIgnored && { name: t('ignore'), icon: CircleSlash, onUse: () => recover([mail], 'ignore') },
        { name: t('checkAgain'), icon: RefreshCw, onUse: () => check([mail]) },
        mail.address !== null && {
          name: t('block'),
          icon: Ban,
          isDangerous: true,
          dialog: (onClose) => (
            <ConfirmButton
              action={t('block')}
              title={t('blockTitle', { address: mail.address ?? '' })}
              says={t('blockSays')}
              isPending={isPending}
              onConfirm={() => recover([mail], 'block')}
              onClose={onClose}
            />
          ),
        },
      ]}
    />
  )
}
