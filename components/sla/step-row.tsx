'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox, Field, Input, Select, Textarea } from '@/components/ui/field'
import { type Priority, priorities } from '@/lib/directory/schema'
import type { EscalationOutput } from '@/lib/sla/schema'
import { type EscalationAction, kindsFor, type Recipients } from '@/lib/tickets/actions/schema'
import { type Metric, metrics } from '@/lib/tickets/ticket/schema'

/** A step as it is edited; new ones have no id yet. */
export type Step = Omit<EscalationOutput, 'id'> & { id?: string; key: string }

interface Named {
  id: string
  name: string
}

/** Whom and what a step may reach. */
export interface Reach {
  people: Named[]
  /** Addresses of other systems, by name. */
  hooks: Named[]
}

export const toAssignee: Recipients = { assignee: true, lead: false, members: false, roles: [], personIds: [] }
function actionOf(kind: EscalationAction['kind'], { people, hooks }: Reach, mail: { subject: string; body: string }): EscalationAction {
  switch (kind) {
    case 'notify':
      return { kind, to: toAssignee }
    case 'mail':
      return { kind, to: toAssignee, ...mail }
    case 'assign':
      return { kind, assigneeId: people[0]?.id ?? '' }
    case 'raise_priority':
      return { kind, priority: 'urgent' }
    case 'tags':
      return { kind, add: ['overdue'], remove: [] }
    case 'note':
      return { kind, body: '' }
    case 'webhook':
      return { kind, hookId: hooks[0]?.id ?? '' }
  }
}

/** What stands in a mail for the ticket's own. */
const placeholders = { number: '{number}', title: '{title}', due: '{due}' }

const units = { minutes: 1, hours: 60 }

/** When a step is taken, and what is done then. */
export function StepRow({
  step,
  reach,
  onChange,
  children,
}: {
  step: Step
  reach: Reach
  onChange: (part: Partial<Step>) => void
  children: ReactNode
}) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.escalation')
  const names = useTranslations('slaSettings.units')
  const newAction = (kind: EscalationAction['kind']) =>
    actionOf(kind, reach, { subject: t('mail.subject', placeholders), body: t('mail.body', placeholders) })
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
        <Select
          aria-label={t('kindLabel')}
          className="w-36"
          value={kind}
          onChange={(event) => onChange({ kind: event.target.value as Step['kind'] })}
        >
          <option value="reminder" disabled={!isBefore}>
            {t('kind.reminder')}
          </option>
          <option value="escalation">{t('kind.escalation')}</option>
        </Select>
        <Input
          aria-label={t('time')}
          type="number"
          min={0}
          className="w-20 tabular-nums"
          required
          value={amount}
          onChange={(event) => change({ amount: event.target.value })}
        />
        <Select
          aria-label={t('unit')}
          className="w-32"
          value={unit}
          onChange={(event) => change({ unit: event.target.value as keyof typeof units })}
        >
          <option value="minutes">{names('minutes')}</option>
          <option value="hours">{names('hours')}</option>
        </Select>
        <Select
          aria-label={t('beforeOrAfter')}
          className="w-28"
          value={isBefore ? 'before' : 'after'}
          onChange={(event) => change({ isBefore: event.target.value === 'before' })}
        >
          <option value="before">{t('before')}</option>
          <option value="after">{t('after')}</option>
        </Select>
        <Select
          aria-label={t('deadline')}
          className="w-36"
          value={metric}
          onChange={(event) => onChange({ metric: event.target.value as Metric })}
        >
          {metrics.map((name) => (
            <option key={name} value={name}>
              {common(`metric.${name}`)}
            </option>
          ))}
        </Select>
        <span className="ms-auto">{children}</span>
      </div>
      {actions.map((action, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an action is its place
        <div key={at} className="flex flex-wrap items-start gap-2 border-t pt-2">
          <Select
            aria-label={t('action')}
            className="w-48"
            value={action.kind}
            onChange={(event) =>
              onChange({
                actions: actions.map((each, index) => (index === at ? newAction(event.target.value as EscalationAction['kind']) : each)),
              })
            }
          >
            {kindsFor('escalation').map((each) => (
              <option key={each} value={each} disabled={each === 'webhook' && reach.hooks.length === 0}>
                {common(`actions.${each}`)}
              </option>
            ))}
          </Select>
          <ActionFields
            action={action}
            reach={reach}
            onChange={(next) => onChange({ actions: actions.map((each, index) => (index === at ? next : each)) })}
          />
          {actions.length > 1 && (
            <Button
              size="small"
              variant="ghost"
              aria-label={t('removeAction', { number: at + 1 })}
              onClick={() => onChange({ actions: actions.filter((_, index) => index !== at) })}
            >
              <X aria-hidden />
            </Button>
          )}
        </div>
      ))}
      {actions.length < 10 && (
        <Button
          size="small"
          variant="ghost"
          className="justify-self-start"
          onClick={() => onChange({ actions: [...actions, newAction('notify')] })}
        >
          <Plus aria-hidden /> {t('addAction')}
        </Button>
      )}
    </>
  )
}

function ActionFields({
  action,
  reach: { people, hooks },
  onChange,
}: {
  action: EscalationAction
  reach: Reach
  onChange: (action: EscalationAction) => void
}) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.escalation')
  switch (action.kind) {
    case 'assign':
      return (
        <Select
          aria-label={t('assignee')}
          className="w-56"
          value={action.assigneeId ?? ''}
          onChange={(event) => onChange({ ...action, assigneeId: event.target.value })}
        >
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )
    case 'raise_priority':
      return (
        <Select
          aria-label={common('priorityLabel')}
          className="w-36"
          value={action.priority}
          onChange={(event) => onChange({ ...action, priority: event.target.value as Priority })}
        >
          {priorities.map((name) => (
            <option key={name} value={name}>
              {common(`priority.${name}`)}
            </option>
          ))}
        </Select>
      )
    case 'tags':
      return (
        <Input
          aria-label={t('tags')}
          className="w-40"
          value={action.add.join(',')}
          onChange={(event) => onChange({ ...action, add: event.target.value.split(',') })}
        />
      )
    case 'webhook':
      return (
        <Select
          aria-label={t('webhook')}
          className="w-56"
          value={action.hookId}
          onChange={(event) => onChange({ ...action, hookId: event.target.value })}
        >
          {!hooks.some(({ id }) => id === action.hookId) && <option value={action.hookId}>{t('deletedWebhook')}</option>}
          {hooks.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )
    case 'note':
      return (
        <Textarea
          aria-label={t('note')}
          dir="auto"
          className="flex-1 basis-72"
          required
          value={action.body}
          onChange={(event) => onChange({ ...action, body: event.target.value })}
        />
      )
    case 'notify':
      return <RecipientFields to={action.to} people={people} onChange={(to) => onChange({ ...action, to })} />
    case 'mail':
      return (
        <div className="grid min-w-0 flex-1 basis-72 gap-2">
          <RecipientFields to={action.to} people={people} onChange={(to) => onChange({ ...action, to })} />
          <Field label={t('subject')}>
            {(control) => (
              <Input
                {...control}
                dir="auto"
                maxLength={200}
                value={action.subject}
                onChange={(event) => onChange({ ...action, subject: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('text')} hint={t('mail.hint', placeholders)}>
            {(control) => (
              <Textarea
                {...control}
                dir="auto"
                maxLength={5000}
                value={action.body}
                onChange={(event) => onChange({ ...action, body: event.target.value })}
              />
            )}
          </Field>
        </div>
      )
  }
}

const recipientRoles = ['owner', 'admin', 'moderator', 'agent'] as const

function RecipientFields({ to, people, onChange }: { to: Recipients; people: Named[]; onChange: (to: Recipients) => void }) {
  const t = useTranslations('slaSettings.escalation.recipients')
  const toggle = <T,>(list: T[], item: T) => (list.includes(item) ? list.filter((each) => each !== item) : [...list, item])
  return (
    <div className="flex min-h-9 flex-1 flex-wrap items-center gap-x-4 gap-y-1.5">
      <Checkbox label={t('assignee')} checked={to.assignee} onChange={() => onChange({ ...to, assignee: !to.assignee })} />
      <Checkbox label={t('lead')} checked={to.lead} onChange={() => onChange({ ...to, lead: !to.lead })} />
      <Checkbox label={t('members')} checked={to.members} onChange={() => onChange({ ...to, members: !to.members })} />
      {recipientRoles.map((role) => (
        <Checkbox
          key={role}
          label={t(`roles.${role}`)}
          checked={to.roles.includes(role)}
          onChange={() => onChange({ ...to, roles: toggle(to.roles, role) })}
        />
      ))}
      {to.personIds.map((id) => (
        <Checkbox
          key={id}
          label={people.find((person) => person.id === id)?.name ?? t('formerMember')}
          checked
          onChange={() => onChange({ ...to, personIds: toggle(to.personIds, id) })}
        />
      ))}
      <Select
        aria-label={t('others')}
        className="w-56"
        value=""
        onChange={(event) => event.target.value && onChange({ ...to, personIds: [...to.personIds, event.target.value] })}
      >
        <option value="">{t('others')}</option>
        {people
          .filter(({ id }) => !to.personIds.includes(id))
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </Select>
    </div>
  )
}
