'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { ActionChoices } from '@/components/tickets/action-words'
import { GoneReferences, GoneTargets } from '@/components/tickets/gone'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { errorsUnder } from '@/components/ui/field-errors'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { useAction } from '@/components/ui/use-action'
import { aroundTheClock } from '@/lib/calendar/values'
import { type Priority, priorities } from '@/lib/directory/values'
import type { CalendarOutput, PolicyOutput } from '@/lib/sla/schema'
import { evaluations } from '@/lib/sla/values'
import { metrics } from '@/lib/tickets/ticket/values'
import { api } from '@/lib/wiring/client'
import { type Choices, ConditionRows } from './condition-rows'
import { type Conditions, isUnfinished } from './conditions'
import { ConditionsCheck } from './conditions-check'
import { DeadlinePreview } from './deadline-preview'
import { Ladder, stepsOf } from './ladder'
import { Simulate } from './simulate'
import { type Cell, cellKey, cellsOf, minutesOf, Targets, targetsOf } from './targets'

interface Props {
  policy: PolicyOutput | null
  /** What a new one begins as. */
  copyOf: PolicyOutput | null
  /** All policies, as they stand. */
  order: string[]
  calendars: CalendarOutput[]
  choices: Choices
  /** Whom and what an action of a step may reach. */
  actionChoices: ActionChoices
  timeZone: string
}

export function PolicyForm({ policy, copyOf, order, calendars, choices, actionChoices, timeZone }: Props) {
  const common = useTranslations('common')
  const settings = useTranslations('slaSettings')
  const ui = useTranslations('ui')
  const t = useTranslations('slaSettings.policy')
  const router = useRouter()
  const leave = () => {
    router.push('/settings/sla')
    return false
  }
  const create = useAction(api.sla.create, { isForm: true, success: t('created'), onDone: leave })
  const update = useAction(api.sla.update, { isForm: true, success: settings('saved') })
  const remove = useAction(api.sla.delete, { success: t('deleted'), onDone: leave, undo: ({ id }) => api.sla.restore({ id }) })
  const { error, isPending } = policy ? update : create
  const known = policy ?? copyOf
  const [filter, setFilter] = useState(known?.filterById ?? '')
  const [aboveId, setAboveId] = useState<string | null>(null)
  const [draft, setDraft] = useState<Conditions | null>(null)
  const [hasRefused, setRefused] = useState(false)
  const [cells, setCells] = useState(() => cellsOf(known?.targets ?? null, calendars[0]?.id ?? ''))
  const [steps, setSteps] = useState(() =>
    policy ? stepsOf(policy.escalations) : stepsOf(copyOf?.escalations ?? []).map(({ id: _, ...step }) => step),
  )
  const [evaluation, setEvaluation] = useState<PolicyOutput['evaluation']>(known?.evaluation ?? 'ticket_creation')
  const [rules, setRules] = useState({
    pausesOnHold: known?.pausesOnHold ?? true,
    pausesOnWaiting: known?.pausesOnWaiting ?? false,
    isActive: known?.isActive ?? true,
  })
  const rule = (name: keyof typeof rules) => ({
    checked: rules[name],
    onChange: () => setRules({ ...rules, [name]: !rules[name] }),
  })
  const [tried, setTried] = useState<Priority>('medium')
  const targets = targetsOf(cells)
  const wrong = Object.entries(error?.fields ?? {}).flatMap(([path, said]) => {
    const at = targets[Number(/^targets\.(\d+)\./.exec(path)?.[1] ?? -1)]
    return at ? [[cellKey(at.metric, at.priority), said.join(' ')]] : []
  })
  /** What stands in the form; in the simulator, with a name that nobody has. */
  const fieldsOf = (form?: FormData) => ({
    name: form ? String(form.get('name') ?? '') : (policy?.name ?? t('simulated')),
    description: String(form?.get('description') ?? ''),
    filter,
    evaluation,
    isActive: rules.isActive,
    pausesOnHold: rules.pausesOnHold,
    pausesOnWaiting: rules.pausesOnWaiting,
    targets,
    escalations: steps.map(({ key: _, ...step }) => step),
  })
  return (
    <div className="grid gap-6">
      <GuardedForm
        className="grid min-w-0 gap-6 rounded-lg border bg-raised p-5"
        onSubmit={async (form) => {
          setRefused(isUnfinished(draft))
          if (isUnfinished(draft)) return false
          const given = fieldsOf(form)
          return policy
            ? update.run({ ...given, id: policy.id, version: policy.version })
            : create.run({ ...given, ...(aboveId ? { aboveId } : {}) })
        }}
      >
        <FormError>{error?.message}</FormError>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={common('name')} errors={error?.fields.name}>
            {(control) => (
              <Input
                {...control}
                name="name"
                dir="auto"
                maxLength={100}
                defaultValue={copyOf && !policy ? ui('copyOf', { name: copyOf.name }) : policy?.name}
                required
              />
            )}
          </Field>
          <Field label={common('description')}>
            {(control) => <Input {...control} name="description" dir="auto" maxLength={1000} defaultValue={known?.description} />}
          </Field>
        </div>
        <ConditionRows
          filter={filter}
          choices={choices}
          errors={hasRefused && isUnfinished(draft) ? [settings('conditions.unfinished')] : error?.fields.filter}
          onChange={setFilter}
          draft={draft}
          onDraft={setDraft}
        />
        {policy && filter === policy.filterById && policy.gone.length > 0 && (
          <div className="grid gap-2">
            <GoneReferences gone={policy.gone} findsNothing={policy.findsNothing} of="policy" />
          </div>
        )}
        <ConditionsCheck
          id={policy?.id ?? null}
          filter={filter}
          isActive={rules.isActive}
          order={order}
          aboveId={aboveId}
          onAbove={setAboveId}
        />
        <Targets cells={cells} calendars={calendars} errors={Object.fromEntries(wrong)} onChange={setCells} />
        {policy && <GoneTargets gone={policy.goneTargets} of="escalation" />}
        <Ladder steps={steps} choices={actionChoices} errors={errorsUnder(error?.fields, 'escalations')} onChange={setSteps} />
        <div className="grid gap-3 sm:max-w-md">
          <Field label={t('startClock')}>
            {(control) => (
              <ChoiceField
                {...control}
                label={t('startClock')}
                value={evaluation}
                options={evaluations.map((value) => ({ value, name: t(`startWhen.${value}`) }))}
                onChange={(next) => setEvaluation(next as PolicyOutput['evaluation'])}
              />
            )}
          </Field>
          <Checkbox label={t('pauseOnHold')} {...rule('pausesOnHold')} />
          <Checkbox label={t('pauseOnWaiting')} {...rule('pausesOnWaiting')} />
          <Checkbox label={common('active')} {...rule('isActive')} />
        </div>
        <div className="flex flex-wrap gap-3">
          <Button type="submit" variant="primary" isPending={isPending}>
            {policy ? common('save') : t('create')}
          </Button>
          {policy && (
            <ConfirmButton
              action={common('delete')}
              title={t('deleteTitle', { name: policy.name })}
              says={t('deleteSays')}
              isPending={remove.isPending}
              onConfirm={() => remove.run({ id: policy.id })}
            />
          )}
        </div>
      </GuardedForm>
      <DeadlinePreview
        timezone={timeZone}
        targets={metrics.flatMap((metric) => {
          const cell = cells[cellKey(metric, tried)] as Cell
          if (!cell.amount) return []
          const calendar = calendars.find(({ id }) => id === cell.calendarId)
          const { timezone, schedule, holidays } = calendar ?? aroundTheClock
          return [{ name: common(`metric.${metric}`), minutes: minutesOf(cell, calendars), calendar: { timezone, schedule, holidays } }]
        })}
      >
        <Field label={common('priorityLabel')}>
          {(control) => (
            <ChoiceField
              {...control}
              label={common('priorityLabel')}
              className="w-40"
              value={tried}
              options={[...priorities].reverse().map((value) => ({ value, name: common(`priority.${value}`) }))}
              onChange={(next) => setTried(next as Priority)}
            />
          )}
        </Field>
      </DeadlinePreview>
      <Simulate draft={{ policy: { id: policy?.id, ...fieldsOf() } }} />
    </div>
  )
}
