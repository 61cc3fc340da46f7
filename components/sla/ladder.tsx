'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ActionChoices, useActionWords } from '@/components/tickets/action-words'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { useDuration } from '@/components/ui/duration'
import { errorsUnder } from '@/components/ui/field-errors'
import type { EscalationOutput } from '@/lib/sla/schema'
import type { EscalationAction } from '@/lib/tickets/actions/schema'
import { type Metric, metrics } from '@/lib/tickets/ticket/values'
import { type Step, StepRow } from './step-row'

let count = 0
export const stepsOf = (escalations: EscalationOutput[]): Step[] => escalations.map((step) => ({ ...step, key: step.id }))

interface Props {
  steps: Step[]
  choices: ActionChoices
  /** What is wrong with a field of a step: `0.minutes`. */
  errors: Record<string, string[]>
  onChange: (steps: Step[]) => void
}

/** What happens on the way to a deadline and past it, drawn on a line of time for each metric. */
export function Ladder({ steps, choices, errors, onChange }: Props) {
  const t = useTranslations('slaSettings.escalation')
  const change = (key: string, part: Partial<Step>) => onChange(steps.map((step) => (step.key === key ? { ...step, ...part } : step)))
  const { newAction } = useActionWords(choices)
  const add = (kind: Step['kind'], minutes: number) => {
    // Complete as it is: whoever wants something else chooses it.
    const actions = [newAction('notify') as EscalationAction]
    onChange([...steps, { key: `new-${++count}`, metric: 'first_response', kind, minutes, actions }])
  }
  /** What is wrong with the step itself; each action says what is wrong with it. */
  const wrong = (at: number) =>
    Object.entries(errorsUnder(errors, String(at))).flatMap(([path, says]) => (/^actions\.\d/.test(path) ? [] : says))
  const used = metrics.filter((metric) => steps.some((step) => step.metric === metric))
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="mb-2 text-sm font-medium">{t('title')}</legend>
      {steps.length === 0 && <p className="text-sm text-muted">{t('none')}</p>}
      {used.map((metric) => (
        <Line key={metric} metric={metric} steps={steps.filter((step) => step.metric === metric)} />
      ))}
      <ol className="grid gap-3">
        {steps.map((step, at) => (
          <li key={step.key} className="grid gap-2 rounded-md border p-3">
            <StepRow
              step={step}
              choices={choices}
              errors={errorsUnder(errors, `${at}.actions`)}
              onChange={(part) => change(step.key, part)}
            >
              <Button
                size="small"
                variant="ghost"
                aria-label={t('remove', { kind: step.kind, number: at + 1 })}
                onClick={() => onChange(steps.filter(({ key }) => key !== step.key))}
              >
                <X aria-hidden />
              </Button>
            </StepRow>
            {wrong(at).length > 0 && (
              <p role="alert" className="text-sm text-danger">
                {wrong(at).join(' ')}
              </p>
            )}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => add('reminder', -30)}>
          <Plus aria-hidden /> {t('addReminder')}
        </Button>
        <Button size="small" onClick={() => add('escalation', 0)}>
          <Plus aria-hidden /> {t('addEscalation')}
        </Button>
      </div>
    </fieldset>
  )
}

/** The steps of one metric around its deadline, each where it stands in time. */
function Line({ metric, steps }: { metric: Metric; steps: Step[] }) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.escalation')
  const duration = useDuration()
  const all = [0, ...steps.map(({ minutes }) => minutes)]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const place = (minutes: number) => (high === low ? 50 : 5 + ((minutes - low) / (high - low)) * 90)
  return (
    <div aria-hidden className="grid grid-cols-[6rem_1fr] items-center gap-3 text-xs text-muted">
      <span>{common(`metric.${metric}`)}</span>
      <div className="relative h-9">
        <span className="absolute inset-x-0 top-3 h-px bg-line" />
        <Mark at={place(0)} tone="bg-danger" says={t('due')} />
        {steps.map(({ key, minutes, kind }) => (
          <Mark
            key={key}
            at={place(minutes)}
            tone={kind === 'reminder' ? 'bg-warning' : 'bg-accent'}
            says={minutes === 0 ? '' : t(minutes > 0 ? 'later' : 'sooner', { duration: duration(Math.abs(minutes)) })}
          />
        ))}
      </div>
    </div>
  )
}

const Mark = ({ at, tone, says }: { at: number; tone: string; says: string }) => (
  <span className="absolute top-0 grid -translate-x-1/2 justify-items-center rtl:translate-x-1/2" style={{ insetInlineStart: `${at}%` }}>
    <span className={cn('mt-1.5 size-3 rounded-full', tone)} />
    {says}
  </span>
)
