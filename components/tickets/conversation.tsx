import { CircleCheck, Lock, ShieldQuestion } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useFormatter, useTranslations } from 'next-intl'
import { Fragment } from 'react'
import { cn } from '@/components/ui/cn'
import { Avatar, Badge } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { Addressee, Addressees } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'
import type { ActivityOutput } from '@/lib/tickets/ticket/schema'
import { Changes } from './changes'
import { MessageBody } from './message-body'
import { MessageTools } from './message-tools'
import { uncheckedShown } from './sender-marks'

// What few messages have comes with those alone.
const AcceptFiles = dynamic(() => import('./accept-files').then((module) => module.AcceptFiles))
const Delivery = dynamic(() => import('./delivery').then((module) => module.Delivery))
const Files = dynamic(() => import('@/components/files/files').then((module) => module.Files))
const FailedSender = dynamic(() => import('./confirm-sender').then((module) => module.FailedSender))
const MailCarries = dynamic(() => import('./mail-carries').then((module) => module.MailCarries))
const Undelivered = dynamic(() => import('./undelivered').then((module) => module.Undelivered))

interface Props {
  messages: MessageOutput[]
  timeZone: string
  /** What happened beside what was said; for staff. */
  activity?: ActivityOutput[]
  /** Staff mark, edit and split messages. */
  tools?: { ticketId: string; mayUpdate: boolean; mayUnsuppress: boolean; inCc: string[] }
}

type Entry = { at: Date; message: MessageOutput } | { at: Date; event: ActivityOutput }
/** A message, or what happened before the next one: mail that was not delivered, or changes of the ticket. */
type Group = { message: MessageOutput } | { first: string; isMail: boolean; events: ActivityOutput[] }

/** What was said and what happened, oldest first; notes are tinted, quotes are folded. */
export function Conversation({ messages, timeZone, activity = [], tools }: Props) {
  const t = useTranslations('tickets.conversation')
  const format = useFormatter()
  const entries: Entry[] = [
    ...messages.map((message) => ({ at: message.createdAt, message })),
    ...activity.map((event) => ({ at: event.at, event })),
  ].sort((a, b) => a.at.getTime() - b.at.getTime())
  const unchecked = uncheckedShown(messages)
  const decided = activity.findLast(({ type }) => type === 'ticket.sender_confirmed')
  const confirmed = decided?.payload.isConfirmed
    ? t('confirmedBy', { name: decided.actor, date: format.dateTime(decided.at, 'moment', { timeZone }) })
    : null
  return (
    <ol className="grid grid-cols-[minmax(0,1fr)] gap-4" aria-label={t('label')}>
      {grouped(entries).map((group) =>
        'events' in group ? (
          group.isMail ? (
            <Undelivered key={group.first} events={group.events} timeZone={timeZone} maySuppress={tools?.mayUpdate ?? false} />
          ) : (
            <Changes key={group.first} events={group.events} timeZone={timeZone} />
          )
        ) : (
          <Message
            key={group.message.id}
            message={group.message}
            timeZone={timeZone}
            tools={tools}
            confirmed={confirmed}
            showsUnchecked={unchecked.has(group.message.id)}
          />
        ),
      )}
    </ol>
  )
}

function grouped(entries: readonly Entry[]): Group[] {
  const groups: Group[] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    if ('message' in entry) groups.push({ message: entry.message })
    else {
      const { event } = entry
      const isMail = event.type === 'mail.undelivered'
      if (last && 'events' in last && last.isMail === isMail) last.events.push(event)
      else groups.push({ first: event.id, isMail, events: [event] })
    }
  }
  return groups
}

/** So many are named before the list is opened. */
const mostNamed = 3

/** Whom a message went to: names, and each address when opened. */
function SentTo({ addressees: { to, cc } }: { addressees: Addressees }) {
  const t = useTranslations('tickets.addressees')
  const format = useFormatter()
  const all = [...to, ...cc]
  if (all.length === 0) return null
  const names = (list: Addressee[]) => format.list(list.map(({ email, name }) => name || shownAddress(email)))
  const folded = () => {
    if (all.length > mostNamed) return t('toMany', { name: names(all.slice(0, 1)), count: all.length - 1 })
    if (to.length === 0) return t('ccOnly', { cc: names(cc) })
    return cc.length > 0 ? t('toAndCc', { to: names(to), cc: names(cc) }) : t('toOnly', { to: names(to) })
  }
  const lines = [
    { label: t('to'), list: to },
    { label: t('cc'), list: cc },
  ]
  return (
    <details className="-mt-1 mb-2 text-xs text-muted">
      <summary dir="auto" className="cursor-pointer truncate">
        {folded()}
      </summary>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 pt-1">
        {lines.map(({ label, list }) =>
          list.map(({ email, name }) => (
            <Fragment key={email}>
              <dt>{label}</dt>
              <dd dir="auto" className="wrap-anywhere">
                {name && name !== email ? `${name} <${shownAddress(email)}>` : shownAddress(email)}
              </dd>
            </Fragment>
          )),
        )}
      </dl>
    </details>
  )
}

interface MessageProps extends Pick<Props, 'timeZone' | 'tools'> {
  message: MessageOutput
  /** Who confirmed the sender of the ticket, and when. */
  confirmed: string | null
  /** Whether it is said here that nobody checked who sent it. */
  showsUnchecked: boolean
}

function Message({ message, timeZone, tools, confirmed, showsUnchecked }: MessageProps) {
  const t = useTranslations('tickets.conversation')
  const { id, kind, author, isStranger, isAutomatic, isSolution, source, createdAt, editedAt } = message
  return (
    <li
      id={`message-${id}`}
      data-message
      className={cn(
        'group relative scroll-mt-4 rounded-lg border px-4 py-3',
        kind === 'note' ? 'bg-note' : 'bg-raised',
        isSolution ? 'border-success' : kind === 'note' && 'border-warning/30',
      )}
    >
      <header className="mb-2 flex flex-wrap items-center gap-2 text-sm">
        <Avatar name={author.name} person={author.kind === 'person' ? author.id : null} />
        <bdi className="font-medium">{author.name}</bdi>
        {author.id && tools?.inCc.includes(author.id) && <Badge>{t('inCc')}</Badge>}
        {kind === 'note' && (
          <Badge className="text-warning">
            <Lock aria-hidden className="size-3" /> {t('internalNote')}
          </Badge>
        )}
        {isSolution && (
          <Badge className="text-success">
            <CircleCheck aria-hidden className="size-3" /> {t('solution')}
          </Badge>
        )}
        {isStranger && (
          <Badge className="text-danger">
            <ShieldQuestion aria-hidden className="size-3" /> {t('unknownSender')}
          </Badge>
        )}
        {message.mail?.authentication === 'fail' && <FailedSender isDecided={kind === 'description'} confirmed={confirmed} />}
        {showsUnchecked && (
          <span className="text-muted" title={t('notCheckedSays')}>
            {t('notChecked')}
          </span>
        )}
        {(source === 'email' || source === 'phone') && <span className="text-muted">{t('by', { source })}</span>}
        {editedAt && <span className="text-muted">{t('edited')}</span>}
        <Time at={createdAt} timeZone={timeZone} className="ms-auto text-muted" isOneOfMany={tools !== undefined} />
      </header>
      {message.addressees && <SentTo addressees={message.addressees} />}
      {isAutomatic ? (
        <details className="text-sm text-muted">
          <summary className="cursor-pointer">{t('automatic')}</summary>
          <MessageBody message={message} />
        </details>
      ) : (
        <MessageBody message={message} />
      )}
      {message.mail && <MailCarries mail={message.mail} timeZone={timeZone} />}
      {message.attachments.length > 0 && <Files files={message.attachments} />}
      {tools && message.delivery && (
        <Delivery delivery={message.delivery} mayResend={tools.mayUpdate} mayUnsuppress={tools.mayUnsuppress} />
      )}
      {tools?.mayUpdate && message.attachments.some(({ quarantinedAt }) => quarantinedAt) && <AcceptFiles ticketId={tools.ticketId} />}
      {tools && <MessageTools message={message} {...tools} />}
    </li>
  )
}
