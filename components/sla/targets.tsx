'use client'

import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Input } from '@/components/ui/field'
import { type Priority, priorities } from '@/lib/directory/values'
import type { CalendarOutput, PolicyOutput } from '@/lib/sla/schema'
import { type TargetUnit, targetUnits } from '@/lib/sla/values'
import { type Metric, metrics } from '@/lib/tickets/ticket/values'
import { PriorityIcon } from '../tickets/labels'

/** One cell as it is edited; without an amount there is no target. */
export interface Cell {
  amount: string
  unit: TargetUnit
  calendarId: string
}
export type Cells = Record<string, Cell>

export const cellKey = (metric: Metric, priority: Priority) => `${metric} ${priority}`

/** Common targets; a start for a policy of one's own. */
const usual: Record<Priority, Partial<Record<Metric, number>>> = {
  urgent: { first_response: 1, resolution: 4 },
  high: { first_response: 2, resolution: 8 },
  medium: { first_response: 4, resolution: 24 },
  low: { first_response: 8, resolution: 48 },
}

export function cellsOf(targets: PolicyOutput['targets'] | null, calendarId: string): Cells {
  const cells: Cells = {}
  for (const priority of priorities)
    for (const metric of metrics) {
      const target = targets?.find((each) => each.metric === metric && each.priority === priority)
      const amount = targets ? target?.amount : usual[priority][metric]
      cells[cellKey(metric, priority)] = {
        amount: amount === undefined ? '' : String(amount),
        unit: target?.unit ?? 'hours',
        calendarId: target ? (target.calendarId ?? '') : calendarId,
      }
    }
  return cells
}

export const targetsOf = (cells: Cells): PolicyOutput['targets'] =>
  priorities.flatMap((priority) =>
    metrics.flatMap((metric) => {
      const { amount, unit, calendarId } = cells[cellKey(metric, priority)] as Cell
      return amount ? [{ metric, priority, amount: Number(amount), unit, calendarId: calendarId || null }] : []
    }),
  )

/** Working minutes of a cell. */
export function minutesOf({ amount, unit, calendarId }: Cell, calendars: CalendarOutput[]): number {
  const calendar = calendars.find(({ id }) => id === calendarId)
  const size = { minutes: 1, hours: 60, days: calendar?.dayMinutes ?? 1440, weeks: calendar?.weekMinutes ?? 10_080 }[unit]
  return Number(amount) * size
}

interface Props {
  cells: Cells
  calendars: CalendarOutput[]
  /** What is wrong with a cell, by its key. */
  errors: Record<string, string>
  onChange: (cells: Cells) => void
}

/** The targets: a row for each priority, a column for each metric. */
export function Targets({ cells, calendars, errors, onChange }: Props) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.targets')
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 text-sm font-medium">{t('title')}</legend>
      {/* On a phone each priority is a card. */}
      <table className="block w-full text-sm sm:table">
        <thead className="sr-only sm:not-sr-only sm:table-header-group">
          <tr>
            <th scope="col" className="p-1.5 font-medium text-muted">
              {common('priorityLabel')}
            </th>
            {metrics.map((metric) => (
              <th key={metric} scope="col" className="p-1.5 font-medium text-muted">
                {common(`metric.${metric}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:table-row-group">
          {[...priorities].reverse().map((priority) => (
            <tr
              key={priority}
              className="grid grid-cols-[minmax(0,1fr)] gap-2 rounded-md border p-3 align-top sm:table-row sm:rounded-none sm:border-x-0 sm:border-b-0"
            >
              <th scope="row" className="p-0 font-medium sm:p-1.5">
                <span className="flex items-center gap-1.5 sm:h-9">
                  <PriorityIcon priority={priority} isPlain /> {common(`priority.${priority}`)}
                </span>
              </th>
              {metrics.map((metric) => {
                const key = cellKey(metric, priority)
                return (
                  <td key={metric} className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-2 p-0 sm:table-cell sm:p-1.5">
                    <span aria-hidden className="pt-2 text-xs text-muted sm:hidden">
                      {common(`metric.${metric}`)}
                    </span>
                    <TargetCell
                      label={t('cell', { metric: common(`metric.${metric}`), priority: common(`priority.${priority}`) })}
                      cell={cells[key] as Cell}
                      calendars={calendars}
                      error={errors[key]}
                      onChange={(part) => onChange({ ...cells, [key]: { ...(cells[key] as Cell), ...part } })}
                    />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-sm text-muted">{t('hint')}</p>
    </fieldset>
  )
}

interface CellProps {
  label: string
  cell: Cell
  calendars: CalendarOutput[]
  error?: string
  onChange: (part: Partial<Cell>) => void
}

function TargetCell({ label, cell, calendars, error, onChange }: CellProps) {
  const sla = useTranslations('sla')
  const t = useTranslations('slaSettings.targets')
  const units = useTranslations('slaSettings.units')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <div className="flex gap-1">
        <Input
          aria-label={label}
          aria-invalid={error ? true : undefined}
          type="number"
          inputMode="numeric"
          min={1}
          className="w-16 shrink-0 px-2 tabular-nums"
          value={cell.amount}
          onChange={(event) => onChange({ amount: event.target.value })}
        />
        <ChoiceField
          isAlone
          label={t('unit', { target: label })}
          className="min-w-0 flex-1 sm:min-w-24"
          value={cell.unit}
          options={targetUnits.map((value) => ({ value, name: units(value) }))}
          onChange={(next) => onChange({ unit: next as TargetUnit })}
        />
      </div>
      {cell.amount && (
        <ChoiceField
          isAlone
          label={t('calendar', { target: label })}
          className="[&_button]:h-8 [&_button]:border-transparent [&_button]:bg-transparent [&_button]:px-2 [&_button]:text-xs [&_button]:text-muted [&_button:hover]:bg-surface"
          value={cell.calendarId}
          options={[{ value: '', name: sla('aroundTheClock') }, ...calendars.map(({ id: value, name }) => ({ value, name }))]}
          onChange={(calendarId) => onChange({ calendarId })}
        />
      )}
      {error && <p className="text-xs text-danger">{error}</p>}
    </div>
  )
}
