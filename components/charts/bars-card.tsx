import { useFormatter, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Bars } from './bars'
import type { Point, Series } from './points'

interface Props {
  title: string
  /** What the points are, heading their column. */
  of: string
  series: Series[]
  points: Point[]
  /** What is said where there is nothing to draw. */
  none: string
  isStacked?: boolean
}

/** Numbers over time or by kind: as bars, and the same as a table, from where each leads to what was counted. */
export function BarsCard({ title, of, series, points, none, isStacked = false }: Props) {
  const t = useTranslations('charts')
  const format = useFormatter()
  const cell = 'px-2 py-1 text-end tabular-nums'
  const drawn = series.filter(({ isInTable }) => !isInTable)
  const isEmpty = !points.some(({ values }) => series.some(({ key }) => values[key]))
  return (
    <Card className="p-4">
      <h2 className="mb-3 flex flex-wrap items-center gap-x-4 text-sm font-semibold">
        <span className="me-auto">{title}</span>
        {drawn.length > 1 &&
          drawn.map(({ key, name, colour }) => (
            <span key={key} className="flex items-center gap-1.5 text-xs font-normal text-muted">
              <span aria-hidden className="size-2 rounded-full" style={{ background: `var(--${colour})` }} /> {name}
            </span>
          ))}
      </h2>
      {isEmpty ? (
        <p className="text-sm text-muted">{none}</p>
      ) : (
        <>
          <div aria-hidden className="h-36">
            <Bars series={drawn} points={points} isStacked={isStacked} />
          </div>
          <details className="mt-2 text-sm">
            <summary className="cursor-pointer text-muted">{t('asTable')}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too */}
            <section aria-label={title} tabIndex={0} className="mt-2 max-h-64 overflow-auto">
              <table className="w-full">
                <thead className="text-xs text-muted">
                  <tr>
                    <th scope="col" className="px-2 py-1 font-medium">
                      {of}
                    </th>
                    {series.map(({ key, name }) => (
                      <th key={key} scope="col" className={`${cell} font-medium`}>
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {points.map(({ name, label = name, values, href }) => (
                    <tr key={label}>
                      <th scope="row" className="px-2 py-1 font-normal">
                        {href ? (
                          <Link href={href} className="hover:underline">
                            {label}
                          </Link>
                        ) : (
                          label
                        )}
                      </th>
                      {series.map(({ key }) => (
                        <td key={key} className={cell}>
                          {format.number(values[key] ?? 0)}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </>
      )}
    </Card>
  )
}
