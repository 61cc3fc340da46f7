'use client'

import { Plus, X } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import type { EscalationOutput } from '@/lib/sla/schema'
import { type Metric, metrics } from '@/lib/tickets/ticket/schema'
import { metricNames } from '../tickets/labels'
import { type Reach, type Step, StepRow, whoHasIt } from './step-row'

let count = 0
export const stepsOf = (escalations: EscalationOutput[]): Step[] => escalations.map((step) => ({ ...step, key: step.id }))

interface Props {
  steps: Step[]
  reach: Reach
  /** What is wrong with a step, by its place. */
  errors: Record<number, string>
  onChange: (steps: Step[]) => void
}

/** What happens on the way to a deadline and past it, drawn on a line of time for each metric. */
export function Ladder({ steps, reach, errors, onChange }: Props) {
  const change = (key: string, part: Partial<Step>) => onChange(steps.map((step) => (step.key === key ? { ...step, ...part } : step)))
  const used = metrics.filter((metric) => steps.some((step) => step.metric === metric))
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="mb-2 text-sm font-medium">Reminders and escalations</legend>
      {steps.length === 0 && <p className="text-sm text-muted">None. The inbox shows what presses all the same.</p>}
      {used.map((metric) => (
        <Line key={metric} metric={metric} steps={steps.filter((step) => step.metric === metric)} />
      ))}
      <ol className="grid gap-3">
        {steps.map((step, at) => (
          <li key={step.key} className="grid gap-2 rounded-md border p-3">
            <StepRow step={step} reach={reach} onChange={(part) => change(step.key, part)}>
              <Button
                size="small"
                variant="ghost"
                aria-label={`Remove step ${at + 1}`}
                onClick={() => onChange(steps.filter(({ key }) => key !== step.key))}
              >
                <X aria-hidden />
              </Button>
            </StepRow>
            {errors[at] && (
              <p role="alert" className="text-sm text-danger">
                {errors[at]}
              </p>
            )}
          </li>
        ))}
      </ol>
      <Button
        size="small"
        className="justify-self-start"
        onClick={() =>
          onChange([
            ...steps,
            {
              key: `new-${++count}`,
              metric: 'first_response',
              kind: 'reminder',
              minutes: -30,
              actions: [{ kind: 'notify', to: whoHasIt }],
            },
          ])
        }
      >
        <Plus aria-hidden /> Step
      </Button>
    </fieldset>
  )
}

/** The steps of one metric around its deadline, each where it stands in time. */
function Line({ metric, steps }: { metric: Metric; steps: Step[] }) {
  const all = [0, ...steps.map(({ minutes }) => minutes)]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const place = (minutes: number) => (high === low ? 50 : 5 + ((minutes - low) / (high - low)) * 90)
  return (
    <div aria-hidden className="grid grid-cols-[6rem_1fr] items-center gap-3 text-xs text-muted">
      <span>{metricNames[metric]}</span>
      <div className="relative h-9">
        <span className="absolute inset-x-0 top-3 h-px bg-line" />
        <Mark at={place(0)} tone="bg-danger" says="due" />
        {steps.map(({ key, minutes, kind }) => (
          <Mark
            key={key}
            at={place(minutes)}
            tone={kind === 'reminder' ? 'bg-warning' : 'bg-accent'}
            says={minutes === 0 ? '' : `${minutes > 0 ? '+' : '−'}${sayShort(Math.abs(minutes))}`}
          />
        ))}
      </div>
    </div>
  )
}

const sayShort = (minutes: number) => (minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`)

const Mark = ({ at, tone, says }: { at: number; tone: string; says: string }) => (
  <span className="absolute top-0 grid -translate-x-1/2 justify-items-center" style={{ left: `${at}%` }}>
    <span className={cn('mt-1.5 size-3 rounded-full', tone)} />
    {says}
  </span>
)
