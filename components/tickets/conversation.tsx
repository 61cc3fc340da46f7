import { CircleCheck, Lock, ShieldQuestion } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { Fragment } from 'react'
import { Files } from '@/components/files/files'
import { cn } from '@/components/ui/cn'
import { Avatar, Badge } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { Addressee, Addressees } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'
import type { ActivityOutput } from '@/lib/tickets/ticket/schema'
import { AcceptFiles } from './accept-files'
import { isSentence, useActivityWords } from './activity'
import { FailedSender } from './confirm-sender'
import { Delivery } from './delivery'
import { MailCarries } from './mail-carries'
import { MessageActions } from './message-actions'
import { MessageBody } from './message-body'
import { uncheckedShown } from './sender-marks'
import { Undelivered } from './undelivered'

interface Props {
  messages: MessageOutput[]
  timeZone: string
  /** What happened beside what was said; for staff. */
  activity?: ActivityOutput[]
  /** Staff mark, edit and split messages. */
  tools?: { ticketId: string; mayUpdate: boolean; mayUnsuppress: boolean; inCc: string[] }
}

type Entry = { at: Date; message: MessageOutput } | { at: Date; event: ActivityOutput } | { at: Date; reports: ActivityOutput[] }

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
      {withReports(entries).map((entry) =>
        'reports' in entry ? (
          <Undelivered key={entry.reports[0]?.id} events={entry.reports} timeZone={timeZone} maySuppress={tools?.mayUpdate ?? false} />
        ) : 'event' in entry ? (
          <Happened key={entry.event.id} event={entry.event} timeZone={timeZone} />
        ) : (
          <Message
            key={entry.message.id}
            message={entry.message}
            timeZone={timeZone}
            tools={tools}
            confirmed={confirmed}
            showsUnchecked={unchecked.has(entry.message.id)}
          />
        ),
      )}
    </ol>
  )
}

/** What mail systems report is gathered where nothing stands between. */
function withReports(entries: readonly Entry[]): Entry[] {
  const gathered: Entry[] = []
  for (const entry of entries) {
    const last = gathered.at(-1)
    if (!('event' in entry) || entry.event.type !== 'mail.undelivered') gathered.push(entry)
    else if (last && 'reports' in last) last.reports.push(entry.event)
    else gathered.push({ at: entry.at, reports: [entry.event] })
  }
  return gathered
}

function Happened({ event, timeZone }: { event: ActivityOutput; timeZone: string }) {
  const t = useTranslations('tickets.activity')
  const says = useActivityWords()(event)
  if (!says) return null
  return (
    <li className="flex items-baseline gap-2 px-4 text-xs text-muted">
      <span dir="auto" className="min-w-0 wrap-anywhere">
        {isSentence(event) ? says : event.actor ? t('did', { name: event.actor, says }) : t('requesterDid', { says })}
      </span>
      <Time at={event.at} timeZone={timeZone} className="ms-auto shrink-0" isOneOfMany />
    </li>
  )
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
        kind === 'note' ? 'border-warning/30 bg-note' : 'bg-raised',
        isSolution && 'border-success',
      )}
    >
      <header className="mb-2 flex flex-wrap items-center gap-2 text-sm">
        <Avatar name={author.name} />
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
      <Files files={message.attachments} />
      {tools && message.delivery && (
        <Delivery delivery={message.delivery} mayResend={tools.mayUpdate} mayUnsuppress={tools.mayUnsuppress} />
      )}
      {tools?.mayUpdate && message.attachments.some(({ quarantinedAt }) => quarantinedAt) && <AcceptFiles ticketId={tools.ticketId} />}
      {tools && <MessageActions message={message} {...tools} />}
    </li>
  )
}
