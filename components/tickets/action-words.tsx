import { useFormatter, useTranslations } from 'next-intl'
import type { Option } from '@/components/ui/choice'
import type { Reference } from '@/lib/core/schema'
import type { Priority } from '@/lib/directory/schema'
import {
  type ActionKind,
  type ActionUse,
  actionKinds,
  type Control,
  controlsOf,
  isTarget,
  kindsFor,
  type TargetKind,
} from '@/lib/tickets/actions/action-kinds'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { useAttributeWords } from './attribute-words'
import { PriorityIcon, StatusIcon } from './labels'

/** What actions can be about, as far as the reader sees it. */
export type ActionChoices = Partial<Record<TargetKind, Reference[]>>

/** An action as a form holds it: the rest of its data may be missing still. */
export type ActionDraft = { kind: ActionKind } & Record<string, unknown>

/** Moving to a department takes two of them; any other target takes one. */
const fewest: Partial<Record<TargetKind, number>> = { department: 2 }

/** The kinds that someone can ask for there: they may, and there is something that it could be about. */
export const offeredKinds = (use: ActionUse, choices: ActionChoices, permissions: readonly string[]): ActionKind[] =>
  kindsFor(use).filter(
    (kind) =>
      permissions.includes(actionKinds[kind].permission) &&
      controlsOf(kind).every(
        ([, control]) =>
          !isTarget(control) ||
          control.canBeNone ||
          control.isOptional ||
          (choices[control.kind] ?? []).length >= (fewest[control.kind] ?? 1),
      ),
  )

const none = '-'

const iconOf = (words: string, value: string) =>
  words === 'common.status' ? (
    <StatusIcon status={value as TicketStatus} />
  ) : words === 'common.priority' ? (
    <PriorityIcon priority={value as Priority} isPlain />
  ) : undefined

/** The value of a field in a list of options; '' is none chosen yet. */
export const chosenIn = (value: unknown): string =>
  value === null ? none : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value === undefined ? '' : String(value)

/** What choosing an option means. */
export const meantBy = ({ kind }: Control, chosen: string): unknown =>
  chosen === none ? null : chosen === '' ? undefined : kind === 'yesNo' ? chosen === 'yes' : chosen

/** What actions and their fields are called, and what they begin with. */
export function useActionWords(choices: ActionChoices) {
  const t = useTranslations('tickets.actionFields')
  const tickets = useTranslations('tickets')
  const common = useTranslations('common')
  const words = useAttributeWords()
  const format = useFormatter()
  /** What a field can be; null where it is typed. */
  function optionsOf(control: Control): Option[] | null {
    if (control.kind === 'choice')
      return control.values.map((value) => ({ value, name: words.choice(control, value), icon: iconOf(control.words, value) }))
    if (control.kind === 'yesNo') return (['yes', 'no'] as const).map((value) => ({ value, name: t(`yesNo.${control.words}.${value}`) }))
    if (!isTarget(control)) return null
    const known = (choices[control.kind] ?? []).map(({ id, name }) => ({ value: id, name }))
    const empty = control.kind === 'person' ? tickets('unassigned') : common('none')
    return control.canBeNone ? [{ value: none, name: empty }, ...known] : known
  }
  // In a text that begins like this, the ticket's own stands in its place.
  const placeholders = { number: '{number}', title: '{title}', due: '{due}' }
  function firstOf(control: Control): unknown {
    if (control.kind === 'recipients') return { assignee: true, lead: false, members: false, roles: [], personIds: [] }
    if (control.kind === 'tags') return []
    if (control.kind !== 'line' && control.kind !== 'text') return undefined
    return control.begins ? t(`begins.${control.begins}`, placeholders) : control.isOptional ? undefined : ''
  }
  return {
    label: (control: Control) => t(`labels.${control.label}`),
    optionsOf,
    hint: (control: Control) => ('begins' in control && control.kind === 'text' ? t('placeholders', placeholders) : undefined),
    newAction: (kind: ActionKind): ActionDraft => ({
      kind,
      ...Object.fromEntries(controlsOf(kind).map(([field, control]) => [field, firstOf(control)])),
    }),
    /** A field's value within a sentence; `none` where there is nothing to say. */
    said(control: Control, value: unknown): string {
      if (control.kind === 'yesNo') return chosenIn(value)
      if (control.kind === 'instant') return value ? format.dateTime(new Date(String(value)), 'moment') : 'none'
      if (Array.isArray(value)) return value.join(', ') || 'none'
      if (value === null || value === undefined || value === '') return 'none'
      if (control.kind === 'choice') return words.choice(control, String(value))
      const options = optionsOf(control)
      return options ? (options.find((option) => option.value === value)?.name ?? t('deleted')) : String(value)
    },
  }
}
