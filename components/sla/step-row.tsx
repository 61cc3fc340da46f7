'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { ActionList } from '@/components/tickets/action-list'
import type { ActionChoices } from '@/components/tickets/action-words'
import { ChoiceField } from '@/components/ui/choice-field'
import { Input } from '@/components/ui/field'
import { permissionNames } from '@/lib/actor/permissions'
import type { EscalationOutput } from '@/lib/sla/schema'
import { type Metric, metrics } from '@/lib/tickets/ticket/values'

/** A step as it is edited; new ones have no id yet. */
export type Step = Omit<EscalationOutput, 'id'> & { id?: string; key: string }

const units = { minutes: 1, hours: 60 }

/** When a step is taken, and what is done then. */
export function StepRow({
  step,
  choices,
  errors,
  onChange,
  children,
}: {
  step: Step
  choices: ActionChoices
  /** What is wrong with the fields of its actions. */
  errors: Record<string, string[]>
  onChange: (part: Partial<Step>) => void
  children: ReactNode
}) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.escalation')
  const names = useTranslations('slaSettings.units')
  const { metric, kind, minutes, actions } = step
  // As it is written: half a number is none yet, and 60 minutes are not an hour before one says so.
  const [time, setTime] = useState(() => {
    const unit: keyof typeof units = minutes !== 0 && minutes % 60 === 0 ? 'hours' : 'minutes'
    return { amount: String(Math.abs(minutes) / units[unit]), unit, isBefore: minutes < 0 }
  })
  const { amount, unit, isBefore } = time
  const change = (part: Partial<typeof time>) => {
    const next = { ...time, ...part }
    setTime(next)
    const size = Math.round(Number(next.amount) * units[next.unit])
    if (next.amount !== '' && Number.isFinite(size))
      onChange({ minutes: next.isBefore ? -size : size, kind: next.isBefore ? kind : 'escalation' })
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <ChoiceField
          isAlone
          label={t('kindLabel')}
          className="w-36"
          value={kind}
          options={(isBefore ? (['reminder', 'escalation'] as const) : (['escalation'] as const)).map((value) => ({
            value,
            name: t(`kind.${value}`),
          }))}
          onChange={(next) => onChange({ kind: next as Step['kind'] })}
        />
        <Input
          aria-label={t('time')}
          type="number"
          min={0}
          className="w-20 tabular-nums"
          required
          value={amount}
          onChange={(event) => change({ amount: event.target.value })}
        />
        <ChoiceField
          isAlone
          label={t('unit')}
          className="w-32"
          value={unit}
          options={(['minutes', 'hours'] as const).map((value) => ({ value, name: names(value) }))}
          onChange={(next) => change({ unit: next as keyof typeof units })}
        />
        <ChoiceField
          isAlone
          label={t('beforeOrAfter')}
          className="w-28"
          value={isBefore ? 'before' : 'after'}
          options={(['before', 'after'] as const).map((value) => ({ value, name: t(value) }))}
          onChange={(next) => change({ isBefore: next === 'before' })}
        />
        <ChoiceField
          isAlone
          label={t('deadline')}
          className="w-40"
          value={metric}
          options={metrics.map((value) => ({ value, name: common(`metric.${value}`) }))}
          onChange={(next) => onChange({ metric: next as Metric })}
        />
        <span className="ms-auto">{children}</span>
      </div>
      <ActionList
        use="escalation"
        actions={actions}
        choices={choices}
        permissions={permissionNames}
        errors={errors}
        fewest={1}
        onChange={(next) => onChange({ actions: next })}
      />
    </>
  )
}
