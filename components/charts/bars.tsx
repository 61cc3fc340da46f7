import { useFormatter } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { Link } from '@/components/ui/link'
import type { Point, Series } from './points'
import { ticksUpTo } from './ticks'

interface Props {
  series: Series[]
  points: Point[]
  isStacked: boolean
}

/** From here on there is no room for a gap between bars that is worth one. */
const manyPoints = 45
/** Widths of the chart in pixels, at least, from which on there is room for more names below the bars. */
const widths = [
  { least: 0, className: '@md:hidden' },
  { least: 400, className: 'hidden @md:flex @2xl:hidden' },
  { least: 640, className: 'hidden @2xl:flex' },
]
const [fewestNames, mostNames, letterPixels, gapPixels] = [5, 12, 7, 8]

/** How many names stand beside each other without being cut. */
const roomFor = (points: Point[], width: number): number =>
  Math.min(
    mostNames,
    Math.max(fewestNames, Math.floor(width / (Math.max(...points.map(({ name }) => name.length)) * letterPixels + gapPixels))),
  )

/**
 * Numbers as bars, one upon the other or beside each other, drawn by the server. For the eye and the pointer: a point says its
 * numbers and leads to what was counted; `BarsCard` has the same as a table.
 */
export function Bars({ series, points, isStacked }: Props) {
  const format = useFormatter()
  const heights = points.map(({ values }) => series.map(({ key }) => values[key] ?? 0))
  const ticks = ticksUpTo(Math.max(...heights.map((all) => (isStacked ? all.reduce((sum, one) => sum + one, 0) : Math.max(...all)))))
  const most = ticks.at(-1) as number
  const share = (value: number) => `${(value / most) * 100}%`
  return (
    <div className="@container grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto] gap-x-1.5 text-xs text-muted">
      <div className="my-[-0.5lh] flex flex-col-reverse justify-between text-end tabular-nums">
        {ticks.map((tick) => (
          <span key={tick}>{format.number(tick, { notation: 'compact' })}</span>
        ))}
      </div>
      <div className="relative flex border-b">
        {ticks.slice(1).map((tick) => (
          <span key={tick} className="absolute inset-x-0 border-t" style={{ bottom: share(tick) }} />
        ))}
        {points.map((point, place) => (
          <Column key={point.label ?? point.name} point={point} series={series} opensToStart={place >= points.length / 2}>
            <span
              className={cn(
                'absolute inset-y-0 flex',
                isStacked ? 'flex-col-reverse' : 'items-end gap-px',
                points.length > manyPoints ? 'inset-x-px' : 'inset-x-[10%]',
              )}
            >
              {series.map(({ key, colour }) => (
                <span key={key} className="flex-1" style={bar(share(point.values[key] ?? 0), colour, isStacked)} />
              ))}
            </span>
          </Column>
        ))}
      </div>
      {widths.map(({ least, className }) => (
        <Names key={least} points={points} every={Math.ceil(points.length / roomFor(points, least))} className={className} />
      ))}
    </div>
  )
}

const bar = (height: string, colour: Series['colour'], isStacked: boolean) => ({
  height,
  background: `var(--${colour})`,
  ...(isStacked ? { flex: 'none' } : {}),
})

interface ColumnProps {
  point: Point
  series: Series[]
  opensToStart: boolean
  children: React.ReactNode
}

function Column({ point: { name, label = name, values, href }, series, opensToStart, children }: ColumnProps) {
  const format = useFormatter()
  const says = (
    <span
      className={cn(
        'pointer-events-none absolute top-0 z-10 hidden w-max gap-1 rounded-md border bg-raised px-2.5 py-1.5 text-foreground group-hover:grid',
        opensToStart ? 'end-full me-1' : 'start-full ms-1',
      )}
    >
      <span className="font-medium">{label}</span>
      {series.map(({ key, name: of, colour }) => (
        <span key={key} className="flex items-center gap-1.5">
          <span className="size-2 rounded-full" style={{ background: `var(--${colour})` }} />
          <span className="me-3 text-muted">{of}</span>
          <span className="ms-auto tabular-nums">{format.number(values[key] ?? 0)}</span>
        </span>
      ))}
    </span>
  )
  const className = 'group relative min-w-0 flex-1 hover:bg-line/40'
  return href ? (
    <Link href={href} tabIndex={-1} className={className}>
      {children}
      {says}
    </Link>
  ) : (
    <span className={className}>
      {children}
      {says}
    </span>
  )
}

/** What the points are called: each, or where they are many the first of so many. */
function Names({ points, every, className }: { points: Point[]; every: number; className: string }) {
  return (
    <div className={cn('col-start-2 flex pt-1', every === 1 && 'text-center', className)}>
      {points.flatMap(({ name, label = name }, place) => {
        // The last has a name where there is room for it.
        if (place % every > 0 || (place > 0 && points.length - place < every / 2)) return []
        return (
          <span key={label} dir="auto" className="min-w-0 truncate px-px" style={{ flex: `${Math.min(every, points.length - place)} 0` }}>
            {name}
          </span>
        )
      })}
    </div>
  )
}
