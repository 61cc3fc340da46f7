'use client'

import { useRouter } from 'next/navigation'
import { useFormatter } from 'next-intl'
import { Bar, BarChart, CartesianGrid, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts'
import type { Point, Series } from './points'

const tick = { fill: 'var(--muted)', fontSize: 12, stroke: 'none' }
const perPoint = 14 // pixels, below which names are left out

/** Numbers as bars, one upon the other or beside each other. For the eye and the pointer; `BarsCard` has the same as a table. */
export function Bars({ series, points, isStacked }: { series: Series[]; points: Point[]; isStacked: boolean }) {
  const router = useRouter()
  const format = useFormatter()
  const isReversed = document.documentElement.dir === 'rtl'
  return (
    <BarChart
      responsive
      accessibilityLayer={false}
      data={points}
      margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
      barCategoryGap={points.length > 45 ? 1 : '20%'}
      barGap={1}
      className={points.some(({ href }) => href) ? 'cursor-pointer' : undefined}
      style={{ width: '100%', height: '100%' }}
      onClick={({ activeIndex }) => {
        const href = activeIndex == null ? undefined : points[Number(activeIndex)]?.href
        if (href) router.push(href)
      }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={1} />
      <XAxis
        dataKey="name"
        reversed={isReversed}
        tick={tick}
        tickLine={false}
        axisLine={{ stroke: 'var(--line)', strokeWidth: 1 }}
        minTickGap={perPoint}
        height={22}
      />
      <YAxis
        orientation={isReversed ? 'right' : 'left'}
        allowDecimals={false}
        tick={tick}
        tickLine={false}
        axisLine={false}
        width="auto"
        tickFormatter={(value) => format.number(value, { notation: 'compact' })}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: 'var(--line)', fillOpacity: 0.4 }}
        content={(shown: TooltipContentProps) => <Shown shown={shown} series={series} points={points} />}
      />
      {series.map(({ key, name, colour }) => (
        <Bar
          key={key}
          name={name}
          dataKey={({ values }: Point) => values[key] ?? 0}
          stackId={isStacked ? 'all' : undefined}
          fill={`var(--${colour})`}
          stroke="none"
          isAnimationActive={false}
        />
      ))}
    </BarChart>
  )
}

function Shown({ shown, series, points }: { shown: TooltipContentProps; series: Series[]; points: Point[] }) {
  const format = useFormatter()
  const point = shown.active && shown.activeIndex != null ? points[Number(shown.activeIndex)] : undefined
  if (!point) return null
  return (
    <div className="grid gap-1 rounded-md border bg-raised px-2.5 py-1.5 text-xs">
      <span className="font-medium">{point.label ?? point.name}</span>
      {series.map(({ key, name, colour }) => (
        <span key={key} className="flex items-center gap-1.5">
          <span className="size-2 rounded-full" style={{ background: `var(--${colour})` }} />
          <span className="me-3 text-muted">{name}</span>
          <span className="ms-auto tabular-nums">{format.number(point.values[key] ?? 0)}</span>
        </span>
      ))}
    </div>
  )
}
