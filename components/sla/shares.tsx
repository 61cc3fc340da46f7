import { useFormatter, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

export interface Share {
  name: string
  met: number
  breached: number
  /** Where the tickets are that were counted. */
  href: string
}

/** What is met never rounds up to all. */
export const shareMet = ({ met, breached }: Pick<Share, 'met' | 'breached'>) =>
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
        {shares.map(({ name, met, breached, href }) => (
          <li key={href} className="grid gap-1 text-sm">
            <span className="flex justify-between gap-3">
              <Link href={href} className="min-w-0 truncate hover:underline">
                <bdi>{name}</bdi>
              </Link>
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

interface Day {
  day: string
  met: number
  breached: number
  href: string
}

/** Met and breached by day: as bars, and the same as a table. */
export function Days({ days }: { days: Day[] }) {
  const t = useTranslations('slaPages.dashboard')
  const format = useFormatter()
  const dayOf = (day: string) => format.dateTime(new Date(day), 'day', { timeZone: 'UTC' })
  const most = Math.max(1, ...days.map(({ met, breached }) => met + breached))
  const [first, last] = [days[0], days.at(-1)]
  const cell = 'px-2 py-1 text-end tabular-nums'
  return (
    <Card className="p-4">
      <h2 className="mb-3 flex flex-wrap items-center gap-x-4 text-sm font-semibold">
        <span className="me-auto">{t('byDay')}</span>
        {(['met', 'breached'] as const).map((result) => (
          <span key={result} className="flex items-center gap-1.5 text-xs font-normal text-muted">
            <span aria-hidden className={`size-2 rounded-full ${result === 'met' ? 'bg-success' : 'bg-danger'}`} /> {t(`result.${result}`)}
          </span>
        ))}
      </h2>
      {days.length === 0 && <p className="text-sm text-muted">{t('noResults')}</p>}
      {first && last && (
        <>
          <div aria-hidden className="flex h-32 items-end gap-0.5 border-b">
            {days.map(({ day, met, breached, href }) => (
              <Link
                key={day}
                href={href}
                tabIndex={-1}
                title={t('day', { day: dayOf(day), met, breached })}
                className="flex h-full min-w-0 flex-1 flex-col justify-end hover:bg-surface"
              >
                <span className="bg-danger" style={{ height: `${(breached / most) * 100}%` }} />
                <span className="bg-success" style={{ height: `${(met / most) * 100}%` }} />
              </Link>
            ))}
          </div>
          <p aria-hidden className="mt-1 flex justify-between text-xs text-muted">
            <span>{dayOf(first.day)}</span>
            {last !== first && <span>{dayOf(last.day)}</span>}
          </p>
          <details className="mt-2 text-sm">
            <summary className="cursor-pointer text-muted">{t('asTable')}</summary>
            <div className="mt-2 max-h-64 overflow-y-auto">
              <table className="w-full">
                <thead className="text-xs text-muted">
                  <tr>
                    <th scope="col" className="px-2 py-1 text-start font-medium">
                      {t('date')}
                    </th>
                    <th scope="col" className={`${cell} font-medium`}>
                      {t('result.met')}
                    </th>
                    <th scope="col" className={`${cell} font-medium`}>
                      {t('result.breached')}
                    </th>
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {days.map(({ day, met, breached, href }) => (
                    <tr key={day}>
                      <th scope="row" className="px-2 py-1 text-start font-normal">
                        <Link href={href} className="hover:underline">
                          {dayOf(day)}
                        </Link>
                      </th>
                      <td className={cell}>{format.number(met)}</td>
                      <td className={cell}>{format.number(breached)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </Card>
  )
}
