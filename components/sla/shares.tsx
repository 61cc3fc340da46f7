import { Card } from '@/components/ui/layout'

export interface Share {
  name: string
  kept: number
  broken: number
}

const percent = ({ kept, broken }: Omit<Share, 'name'>) => (kept + broken === 0 ? null : Math.floor((kept / (kept + broken)) * 1000) / 10)

/** How much of something was kept, in a bar and in words; what is kept never rounds up to all. */
export function Shares({ title, shares }: { title: string; shares: Share[] }) {
  return (
    <Card className="p-4">
      <h2 className="mb-3 text-sm font-semibold">{title}</h2>
      {shares.length === 0 && <p className="text-sm text-muted">Nothing was decided in this time.</p>}
      <ul className="grid gap-2.5">
        {shares.map(({ name, kept, broken }) => (
          <li key={name} className="grid gap-1 text-sm">
            <span className="flex justify-between gap-3">
              <bdi className="min-w-0 truncate">{name}</bdi>
              <span className="shrink-0 text-muted tabular-nums">
                {percent({ kept, broken })} % · {kept} kept, {broken} late
              </span>
            </span>
            <span aria-hidden className="flex h-1.5 overflow-hidden rounded-full bg-line">
              <span className="bg-success" style={{ width: `${percent({ kept, broken }) ?? 0}%` }} />
              <span className="flex-1 bg-danger" />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Kept and late by day. */
export function Days({ days }: { days: { day: string; kept: number; broken: number }[] }) {
  const most = Math.max(1, ...days.map(({ kept, broken }) => kept + broken))
  return (
    <Card className="p-4">
      <h2 className="mb-3 text-sm font-semibold">By day</h2>
      {days.length === 0 && <p className="text-sm text-muted">Nothing was decided in this time.</p>}
      <ol className="flex h-32 items-end gap-0.5">
        {days.map(({ day, kept, broken }) => (
          <li key={day} title={`${day}: ${kept} kept, ${broken} late`} className="flex h-full min-w-0 flex-1 flex-col justify-end">
            <span className="sr-only">
              {day}: {kept} kept, {broken} late
            </span>
            <span aria-hidden className="bg-danger" style={{ height: `${(broken / most) * 100}%` }} />
            <span aria-hidden className="bg-success" style={{ height: `${(kept / most) * 100}%` }} />
          </li>
        ))}
      </ol>
    </Card>
  )
}
