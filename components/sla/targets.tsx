'use client'

import { useTranslations } from 'next-intl'
import { Input, Options, Select } from '@/components/ui/field'
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
      <div className="overflow-x-auto">
        <table className="w-full min-w-[40rem] text-sm">
          <thead>
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
          <tbody>
            {[...priorities].reverse().map((priority) => (
              <tr key={priority} className="border-t align-top">
                <th scope="row" className="p-1.5 font-medium">
                  <span className="flex h-9 items-center gap-1.5">
                    <PriorityIcon priority={priority} isPlain /> {common(`priority.${priority}`)}
                  </span>
                </th>
                {metrics.map((metric) => {
                  const key = cellKey(metric, priority)
                  return (
                    <td key={metric} className="p-1.5">
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
      </div>
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
    <div className="grid gap-1">
      <div className="flex gap-1">
        <Input
          aria-label={label}
          aria-invalid={error ? true : undefined}
          type="number"
          min={1}
          className="w-20 tabular-nums"
          value={cell.amount}
          onChange={(event) => onChange({ amount: event.target.value })}
        />
        <Select
          aria-label={t('unit', { target: label })}
          className="min-w-24"
          value={cell.unit}
          onChange={(event) => onChange({ unit: event.target.value as TargetUnit })}
        >
          {targetUnits.map((unit) => (
            <option key={unit} value={unit}>
              {units(unit)}
            </option>
          ))}
        </Select>
      </div>
      {cell.amount && (
        <Select
          aria-label={t('calendar', { target: label })}
          className="h-8 text-xs"
          value={cell.calendarId}
          onChange={(event) => onChange({ calendarId: event.target.value })}
        >
          <option value="">{sla('aroundTheClock')}</option>
          <Options of={calendars} />
        </Select>
      )}
      {error && <p className="text-xs text-danger">{error}</p>}
    </div>
  )
}
