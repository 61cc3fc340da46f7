import { getTranslations } from 'next-intl/server'
import { languageName } from '@/app/t/kb/help-centre'
import { Link } from '@/components/ui/link'
import { periods } from '@/lib/kb/readers/values'

const tab = 'rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-[current=page]:bg-line/70 aria-[current=page]:font-medium'

export const periodOf = (asked: string | undefined): number => periods.find((each) => String(each) === asked) ?? 30

interface Props {
  path: string
  days: number
  locale?: string
  /** Languages that can be chosen; with fewer than two there is no choice. */
  locales?: string[]
}

/** The period and the language that figures are about. */
export async function PeriodLinks({ path, days, locale, locales = [] }: Props) {
  const t = await getTranslations('kbPages.analytics')
  const to = (chosen: { days?: number; locale?: string }) =>
    `${path}?${new URLSearchParams({ days: String(chosen.days ?? days), ...(chosen.locale ? { locale: chosen.locale } : {}) })}`
  return (
    <>
      {locales.length > 1 && (
        <nav aria-label={t('language')} className="flex flex-wrap gap-1 text-sm">
          <Link href={to({})} aria-current={locale ? undefined : 'page'} className={tab}>
            {t('allLanguages')}
          </Link>
          {locales.map((each) => (
            <Link key={each} href={to({ locale: each })} lang={each} aria-current={each === locale ? 'page' : undefined} className={tab}>
              {languageName(each)}
            </Link>
          ))}
        </nav>
      )}
      <nav aria-label={t('period')} className="flex flex-wrap gap-1 text-sm">
        {periods.map((each) => (
          <Link key={each} href={to({ days: each, locale })} aria-current={each === days ? 'page' : undefined} className={tab}>
            {t('lastDays', { days: each })}
          </Link>
        ))}
      </nav>
    </>
  )
}

/** Figures one beside the other. */
export const Tiles = ({ tiles }: { tiles: { name: string; value: string }[] }) => (
  <dl className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] gap-3">
    {tiles.map(({ name, value }) => (
      <div key={name} className="flex flex-col-reverse justify-end rounded-lg border bg-raised p-4">
        <dt className="text-sm text-muted">{name}</dt>
        <dd className="text-2xl font-semibold tabular-nums">{value}</dd>
      </div>
    ))}
  </dl>
)
