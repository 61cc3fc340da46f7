'use client'

import { CircleCheck, CircleX, Minus } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { BarsCard } from '@/components/charts/bars-card'
import { ChoiceField } from '@/components/ui/choice-field'
import { cn } from '@/components/ui/cn'
import { DataTable } from '@/components/ui/data-table'
import { Link } from '@/components/ui/link'
import type { SimulateOutput } from '@/lib/sla/schema'

type Group = SimulateOutput['groups'][number]
type Change = SimulateOutput['changed'][number]

/** How many of the tickets that change are listed. */
const most = 200
const groupings = ['byTarget', 'byPriority', 'byDepartment'] as const
const none = () => ({ metNow: 0, breachedNow: 0, metThen: 0, breachedThen: 0 })
type Counts = ReturnType<typeof none>

function add(to: Counts, { before, after }: Group): Counts {
  return {
    metNow: to.metNow + before.met,
    breachedNow: to.breachedNow + before.breached,
    metThen: to.metThen + after.met,
    breachedThen: to.breachedThen + after.breached,
  }
}

/** What a simulation found so far: the share that is met, the breaches as a chart, and the tickets that change. */
export function SimulationResult({ groups, changed }: Pick<SimulateOutput, 'groups' | 'changed'>) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.simulation')
  const [grouping, setGrouping] = useState<(typeof groupings)[number]>('byTarget')
  const nameOf = ({ metric, priority, department }: Group) =>
    grouping === 'byTarget'
      ? common(`metric.${metric}`)
      : grouping === 'byPriority'
        ? common(`priority.${priority}`)
        : department || t('noDepartment')
  const sums = new Map<string, Counts>()
  for (const group of groups) sums.set(nameOf(group), add(sums.get(nameOf(group)) ?? none(), group))
  const points = [...sums].map(([name, values]) => ({ name, values }))
  points.sort((a, b) => b.values.breachedNow + b.values.breachedThen - a.values.breachedNow - a.values.breachedThen)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Totals counts={groups.reduce(add, none())} changed={changed} />
      <ChoiceField
        isAlone
        label={t('groupBy')}
        className="w-44"
        value={grouping}
        options={groupings.map((value) => ({ value, name: t(value) }))}
        onChange={(next) => setGrouping(next as typeof grouping)}
      />
      <BarsCard
        title={t('breaches')}
        of={t(grouping)}
        none={t('noBreaches')}
        points={points}
        series={[
          { key: 'breachedNow', name: t('breachedNow'), colour: 'muted' },
          { key: 'breachedThen', name: t('breachedThen'), colour: 'accent' },
          { key: 'metNow', name: t('metNow'), colour: 'success', isInTable: true },
          { key: 'metThen', name: t('metThen'), colour: 'success', isInTable: true },
        ]}
      />
      <Changed changed={changed} />
    </div>
  )
}

function Totals({ counts, changed }: { counts: Counts; changed: Change[] }) {
  const t = useTranslations('slaSettings.simulation')
  const format = useFormatter()
  const share = (met: number, breached: number) =>
    met + breached === 0 ? t('noResults') : format.number(met / (met + breached), { style: 'percent', maximumFractionDigits: 1 })
  const worse = changed.filter(({ after }) => after === 'breached').length
  const facts = [
    { name: t('metShareNow'), value: share(counts.metNow, counts.breachedNow) },
    { name: t('metShareThen'), value: share(counts.metThen, counts.breachedThen) },
    { name: t('better'), value: format.number(changed.length - worse), tone: changed.length > worse && 'text-success' },
    { name: t('worse'), value: format.number(worse), tone: worse > 0 && 'text-danger' },
  ]
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-4">
      {facts.map(({ name, value, tone }) => (
        <div key={name} className="grid content-start gap-1 bg-raised p-3">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className={cn('text-xl font-semibold tabular-nums', tone)}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Status by icon, word and colour. */
function Verdict({ verdict }: { verdict: Change['before'] }) {
  const t = useTranslations('slaSettings.simulation')
  const Icon = verdict === 'met' ? CircleCheck : verdict === 'breached' ? CircleX : Minus
  const tone = verdict === 'met' ? 'text-success' : verdict === 'breached' ? 'text-danger' : 'text-muted'
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', tone)}>
      <Icon aria-hidden className="size-4 shrink-0" /> {t(`verdict.${verdict ?? 'open'}`)}
    </span>
  )
}

function Changed({ changed }: { changed: Change[] }) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.simulation')
  if (changed.length === 0) return <p className="text-sm text-muted">{t('unchanged')}</p>
  const say = (verdict: Change['before']) => t(`verdict.${verdict ?? 'open'}`)
  return (
    <div>
      <h3 className="mb-2 text-sm font-semibold">{t('changed', { count: changed.length })}</h3>
      <div className="sm:max-h-[28rem] sm:overflow-y-auto">
        <DataTable
          label={t('changed', { count: changed.length })}
          file="simulation"
          columns={[{ name: t('ticket') }, { name: t('target'), from: 'sm' }, { name: t('current'), from: 'sm' }, { name: t('simulated') }]}
          rows={changed.slice(0, most).map(({ id, number, title, metric, before, after }, at) => ({
            id: `${id} ${at}`,
            words: `${number} ${title}`,
            cells: [
              {
                value: number,
                show: (
                  <Link href={`/agent/tickets/${id}`} className="grid hover:underline">
                    <span className="text-link tabular-nums">{number}</span>
                    <bdi className="font-normal text-muted">{title}</bdi>
                  </Link>
                ),
              },
              common(`metric.${metric}`),
              { value: say(before), show: <Verdict verdict={before} /> },
              {
                value: say(after),
                show: (
                  <>
                    <Verdict verdict={after} />
                    <span className="block text-xs text-muted sm:hidden">{t('was', { verdict: say(before) })}</span>
                  </>
                ),
              },
            ],
          }))}
          empty={null}
        />
      </div>
      {changed.length > most && <p className="pt-1 text-sm text-muted">{t('newest', { count: most })}</p>}
    </div>
  )
}
