import { getTranslations } from 'next-intl/server'
import { Link } from '@/components/ui/link'

const reports = { sla: '/agent/sla', ratings: '/agent/sla/ratings' } as const
const periods = [7, 30, 90]

const tab = 'rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-[current=page]:bg-line/70 aria-[current=page]:font-medium'

interface Props {
  is: keyof typeof reports
  days: number
  /** Of the page. */
  title: string
}

/** The reports of a workspace, and the period that they are about. */
export async function ReportTabs({ is, days, title }: Props) {
  const t = await getTranslations('slaPages.dashboard')
  const names = { sla: t('title'), ratings: (await getTranslations('slaPages.ratings'))('title') }
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="sr-only">{title}</h1>
      <nav aria-label={t('reports')} className="me-auto flex gap-1">
        {(Object.keys(reports) as (keyof typeof reports)[]).map((name) => (
          <Link
            key={name}
            href={`${reports[name]}?days=${days}`}
            aria-current={name === is ? 'page' : undefined}
            className={`${tab} text-base`}
          >
            {names[name]}
          </Link>
        ))}
      </nav>
      <nav aria-label={t('period')} className="flex gap-1 text-sm">
        {periods.map((each) => (
          <Link key={each} href={`${reports[is]}?days=${each}`} aria-current={each === days ? 'page' : undefined} className={tab}>
            {t('lastDays', { days: each })}
          </Link>
        ))}
      </nav>
    </header>
  )
}
