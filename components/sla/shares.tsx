import { useFormatter, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/layout'

export interface Share {
  name: string
  met: number
  breached: number
}

/** What is met never rounds up to all. */
export const shareMet = ({ met, breached }: Omit<Share, 'name'>) =>
  met + breached === 0 ? null : Math.floor((met / (met + breached)) * 1000) / 1000

/** How many targets were met, in a bar and in words. */
export function Shares({ title, shares }: { title: string; shares: Share[] }) {
  const t = useTranslations('slaPages.dashboard')
  const format = useFormatter()
  return (
    <Card className="p-4">
      <h2 className="mb-3 text-sm font-semibold">{title}</h2>
      {shares.length === 0 && <p className="text-sm text-muted">{t('noResults')}</p>}
      <ul className="grid gap-2.5">
        {shares.map(({ name, met, breached }) => (
          <li key={name} className="grid gap-1 text-sm">
            <span className="flex justify-between gap-3">
              <bdi className="min-w-0 truncate">{name}</bdi>
              <span className="shrink-0 text-muted tabular-nums">
                {t('share', { share: format.number(shareMet({ met, breached }) ?? 0, 'percent'), met: met, total: met + breached })}
              </span>
            </span>
            <span aria-hidden className="flex h-1.5 overflow-hidden rounded-full bg-line">
              <span className="bg-success" style={{ width: `${(shareMet({ met, breached }) ?? 0) * 100}%` }} />
              <span className="flex-1 bg-danger" />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Met and breached by day. */
export function Days({ days }: { days: { day: string; met: number; breached: number }[] }) {
  const t = useTranslations('slaPages.dashboard')
  const format = useFormatter()
  const say = ({ day, met, breached }: (typeof days)[number]) =>
    t('day', { day: format.dateTime(new Date(day), 'day', { timeZone: 'UTC' }), met: met, breached: breached })
  const most = Math.max(1, ...days.map(({ met, breached }) => met + breached))
  return (
    <Card className="p-4">
      <h2 className="mb-3 text-sm font-semibold">{t('byDay')}</h2>
      {days.length === 0 && <p className="text-sm text-muted">{t('noResults')}</p>}
      <ol className="flex h-32 items-end gap-0.5">
        {days.map(({ day, met, breached }) => (
          <li key={day} title={say({ day, met, breached })} className="flex h-full min-w-0 flex-1 flex-col justify-end">
            <span className="sr-only">{say({ day, met, breached })}</span>
            <span aria-hidden className="bg-danger" style={{ height: `${(breached / most) * 100}%` }} />
            <span aria-hidden className="bg-success" style={{ height: `${(met / most) * 100}%` }} />
          </li>
        ))}
      </ol>
    </Card>
  )
}
