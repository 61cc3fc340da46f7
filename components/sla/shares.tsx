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
