import { CalendarClock, CalendarX2, LockKeyhole, ShieldCheck, TriangleAlert } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useExact } from '@/components/ui/exact'
import { ExactTime } from '@/components/ui/time'
import type { MailCarries as Carries, MailEvent } from '@/lib/tickets/conversation/schema'

/** What an email carries beside its words and files: invitations, its signature or encryption, and what of it was left out. */
export function MailCarries({ mail: { events, protection, limits }, timeZone }: { mail: Carries; timeZone: string }) {
  const t = useTranslations('tickets.mail')
  return (
    <>
      {events.map((event, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an event may come twice, and the list never changes
        <Event key={n} event={event} timeZone={timeZone} />
      ))}
      {protection && (
        <p className="mt-2 flex items-start gap-1.5 text-sm text-muted">
          {protection.isEncrypted ? (
            <LockKeyhole aria-hidden className="mt-0.5 size-4 shrink-0" />
          ) : (
            <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
          )}
          {t(protection.isEncrypted ? 'encrypted' : 'signed', { by: t(`by.${protection.by}`) })}
        </p>
      )}
      {limits.length > 0 && (
        <div className="mt-2 flex items-start gap-1.5 text-sm text-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <div>
            {limits.map((limit) => (
              <p key={limit}>{t(`limits.${limit}`)}</p>
            ))}
          </div>
        </div>
      )}
    </>
  )
}

const answers = ['ACCEPTED', 'DECLINED', 'TENTATIVE'] as const

function Event({ event, timeZone }: { event: MailEvent; timeZone: string }) {
  const t = useTranslations('tickets.mail.event')
  const { method, summary, location, organizer, isRepeated, answer } = event
  const isCancelled = method === 'CANCEL'
  const Icon = isCancelled ? CalendarX2 : CalendarClock
  const status = answers.find((each) => each === answer?.status) ?? 'other'
  return (
    <section aria-label={t('label')} className="mt-3 flex max-w-xl gap-3 rounded-md border px-3 py-2 text-sm">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="grid min-w-0 gap-0.5">
        <p className="wrap-anywhere">
          <span className="text-muted">
            {answer
              ? t(`answer.${status}`, { name: answer.by })
              : t(isCancelled ? 'cancelled' : method === 'REQUEST' ? 'invitation' : 'event')}
          </span>{' '}
          <bdi className={isCancelled ? 'font-medium line-through' : 'font-medium'}>{summary || t('noTitle')}</bdi>
        </p>
        <p>
          <When event={event} timeZone={timeZone} />
          {isRepeated && <span className="text-muted"> · {t('repeats')}</span>}
        </p>
        {location && (
          <p className="wrap-anywhere text-muted">
            {t('where')} <bdi>{location}</bdi>
          </p>
        )}
        {organizer && (
          <p className="wrap-anywhere text-muted">
            {t('organizer')} <bdi>{organizer}</bdi>
          </p>
        )}
      </div>
    </section>
  )
}

const minuteMs = 60_000

/** In the reader's zone, which is named; where the invitation names no zone that is known, as it is written, and that is said. */
function When({ event: { start, startsAt, endsAt, zone }, timeZone }: { event: MailEvent; timeZone: string }) {
  const t = useTranslations('tickets.mail.event')
  const format = useFormatter()
  const exact = useExact()
  if (!start) return t('noTime')
  if (!start.includes('T')) {
    const day = new Date(`${start}T00:00:00Z`)
    return t('allDay', {
      day: t('dayAndYear', {
        day: format.dateTime(day, 'day', { timeZone: 'UTC' }),
        year: format.dateTime(day, 'year', { timeZone: 'UTC' }),
      }),
    })
  }
  if (!startsAt) {
    const time = exact(new Date(`${start}Z`), 'UTC')
    return zone ? t('inZone', { time, zone }) : t('noZone', { time })
  }
  const minutes = endsAt ? Math.round((Date.parse(endsAt) - Date.parse(startsAt)) / minuteMs) : 0
  return (
    <>
      <ExactTime at={startsAt} timeZone={timeZone} />
      {minutes > 0 && <span className="text-muted"> · {t('lasts', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}</span>}
    </>
  )
}
