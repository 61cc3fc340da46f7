'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Select } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Badge } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import type { SimulateOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

/** What would be different: as `POST /sla/simulate` takes it. */
export type Draft = Pick<Parameters<typeof api.sla.simulate>[0], 'policy' | 'calendar'>

interface Counts {
  before: { met: number; breached: number }
  after: { met: number; breached: number }
}

interface Result {
  done: number
  total: number
  groups: SimulateOutput['groups']
  changed: SimulateOutput['changed']
}

const shown = 200

/** Replays past tickets with what stands above, before anybody is bound by it. */
export function Simulate({ draft }: { draft: Draft | null }) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.simulation')
  const [days, setDays] = useState(90)
  const [result, setResult] = useState<Result | null>(null)
  const isStopped = useRef(false)
  const { run, error, isPending } = useAction(
    async (asked: Draft) => {
      isStopped.current = false
      setResult(null)
      const found: Result = { done: 0, total: 0, groups: [], changed: [] }
      let cursor: string | undefined
      do {
        const page = await api.sla.simulate({ ...asked, days, cursor })
        found.done += page.done
        found.total = page.total ?? found.total
        found.groups.push(...page.groups)
        found.changed.push(...page.changed)
        setResult({ ...found })
        cursor = page.nextCursor ?? undefined
      } while (cursor && !isStopped.current)
    },
    { isForm: true, onDone: () => false },
  )
  return (
    <section aria-labelledby="simulate" className="grid gap-4 rounded-lg border bg-raised p-5">
      <div>
        <h2 id="simulate" className="font-semibold">
          {t('title')}
        </h2>
        <p className="text-sm text-muted">{t('says')}</p>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t('period')}>
          {(control) => (
            <Select {...control} className="w-36" value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {[7, 30, 90, 365].map((each) => (
                <option key={each} value={each}>
                  {t('lastDays', { days: each })}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button disabled={!draft} isPending={isPending} onClick={() => draft && run(draft)}>
          {t('run')}
        </Button>
        {isPending && (
          <Button
            variant="ghost"
            onClick={() => {
              isStopped.current = true
            }}
          >
            {t('stop')}
          </Button>
        )}
      </div>
      <FormError>{error?.message}</FormError>
      {result && (
        <>
          <div className="grid gap-1 text-sm text-muted">
            <progress
              className="h-1.5 w-full accent-[var(--accent)]"
              aria-label={t('progress')}
              value={result.done}
              max={Math.max(1, result.total)}
            />
            <span role="status">{t('done', { done: result.done, total: result.total })}</span>
          </div>
          <Comparison title={t('byTarget')} rows={sums(result.groups, ({ metric }) => common(`metric.${metric}`))} />
          <Comparison title={t('byPriority')} rows={sums(result.groups, ({ priority }) => common(`priority.${priority}`))} />
          <Comparison title={t('byDepartment')} rows={sums(result.groups, ({ department }) => department || t('noDepartment'))} />
          <Changed changed={result.changed} />
        </>
      )}
    </section>
  )
}

function sums(groups: SimulateOutput['groups'], nameOf: (group: SimulateOutput['groups'][number]) => string): [string, Counts][] {
  const found = new Map<string, Counts>()
  for (const group of groups) {
    const name = nameOf(group)
    const sum = found.get(name) ?? { before: { met: 0, breached: 0 }, after: { met: 0, breached: 0 } }
    for (const when of ['before', 'after'] as const) for (const what of ['met', 'breached'] as const) sum[when][what] += group[when][what]
    found.set(name, sum)
  }
  return [...found].sort(([, a], [, b]) => b.before.breached + b.after.breached - a.before.breached - a.after.breached)
}

function Comparison({ title, rows }: { title: string; rows: [string, Counts][] }) {
  const t = useTranslations('slaSettings.simulation')
  return (
    <table className="w-full text-sm tabular-nums">
      <thead>
        <tr className="text-muted">
          <th scope="col" className="py-1 font-medium">
            {title}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t('breachedNow')}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t('breachedThen')}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t('metNow')}
          </th>
          <th scope="col" className="py-1 text-end font-medium">
            {t('metThen')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, { before, after }]) => (
          <tr key={name} className="border-t">
            <th scope="row" className="py-1 font-normal">
              <bdi>{name}</bdi>
            </th>
            <td className="py-1 text-end">{before.breached}</td>
            <td
              className={`py-1 text-end font-medium ${after.breached > before.breached ? 'text-danger' : after.breached < before.breached ? 'text-success' : ''}`}
            >
              {after.breached}
            </td>
            <td className="py-1 text-end text-muted">{before.met}</td>
            <td className="py-1 text-end text-muted">{after.met}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Changed({ changed }: { changed: SimulateOutput['changed'] }) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.simulation')
  const say = (verdict: SimulateOutput['changed'][number]['before']) => t(`verdict.${verdict ?? 'open'}`)
  if (changed.length === 0) return <p className="text-sm text-muted">{t('unchanged')}</p>
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{t('changed', { count: changed.length })}</h3>
      <ul className="max-h-80 divide-y overflow-y-auto text-sm">
        {changed.slice(0, shown).map(({ id, number, title, metric, before, after }) => (
          <li key={`${id} ${metric} ${before} ${after}`} className="flex flex-wrap items-center gap-x-3 py-1">
            <Link href={`/agent/tickets/${id}`} className="shrink-0 text-link tabular-nums">
              {number}
            </Link>
            <bdi className="min-w-0 flex-1 basis-40 truncate">{title}</bdi>
            <span className="text-muted">{common(`metric.${metric}`)}</span>
            <Badge className={after === 'breached' ? 'text-danger' : 'text-success'}>
              {t('change', { before: say(before), after: say(after) })}
            </Badge>
          </li>
        ))}
      </ul>
      {changed.length > shown && <p className="pt-1 text-sm text-muted">{t('newest', { count: shown })}</p>}
    </div>
  )
}
