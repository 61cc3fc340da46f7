import type { Messages } from 'use-intl/core'
import type { Permission } from '../../actor/permissions'
import { priorities } from '../../directory/values'
import { maxBodyLength } from '../conversation/values'
import type { ChoiceWords } from '../ticket/attribute'

export const recipientRoles = ['owner', 'admin', 'moderator', 'agent'] as const

type Words = Messages['tickets']['actionFields']

/** What an action's field is chosen from, by its id. */
export const targetKinds = ['person', 'department', 'category', 'webhook', 'macro'] as const
export type TargetKind = (typeof targetKinds)[number]

/** How a form asks for one field of an action. */
export type Control = {
  label: keyof Words['labels']
  /** The action makes sense without it. */
  isOptional?: true
} & (
  | { kind: TargetKind; canBeNone?: true }
  | { kind: 'choice'; values: readonly string[]; words: ChoiceWords }
  | { kind: 'yesNo'; words: keyof Words['yesNo'] }
  | { kind: 'tags' }
  /** A dialog of the action's own asks for it. */
  | { kind: 'instant' | 'ticket' }
  | { kind: 'line'; maxLength: number; begins?: keyof Words['begins'] }
  | { kind: 'text'; maxLength: number; begins?: keyof Words['begins'] }
  | { kind: 'recipients' }
)

export const isTarget = (control: Control): control is Extract<Control, { kind: TargetKind }> =>
  (targetKinds as readonly string[]).includes(control.kind)

/** Where an action is offered. */
export type ActionUse = 'bulk' | 'macro' | 'escalation'

export interface ActionKindEntry {
  /** How forms ask for each part of its data, in this order. */
  controls: Readonly<Record<string, Control>>
  uses: readonly ActionUse[]
  /** Without it anywhere, nobody asks for the action at all, and no form offers it to them. */
  permission: Permission
}

const priority: Control = { kind: 'choice', label: 'priority', values: priorities, words: 'common.priority' }
const to: Control = { kind: 'recipients', label: 'recipients' }
const body: Control = { kind: 'text', label: 'text', maxLength: maxBodyLength }

/**
 * Every kind of action: the part that a browser knows as well, of which forms are made. What each takes is
 * `actionData` in schema.ts. Its words are `common.actions.<kind>` in messages/en.json, what it does stands in the `actions.ts` of its domain.
 */
export const actionKinds = {
  assign: {
    controls: { assigneeId: { kind: 'person', label: 'assignee', canBeNone: true } },
    uses: ['bulk', 'macro', 'escalation'],
    permission: 'ticket.assign',
  },
  status: {
    controls: {
      status: {
        kind: 'choice',
        label: 'status',
        values: ['in_progress', 'resolved', 'closed', 'rejected'],
        words: 'common.status',
      },
      reason: { kind: 'line', label: 'reason', maxLength: 1000, isOptional: true },
    },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  },
  priority: {
    controls: { priority },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  },
  /** A higher one stays. */
  raise_priority: {
    controls: { priority },
    uses: ['escalation'],
    permission: 'ticket.update',
  },
  department: {
    controls: { departmentId: { kind: 'department', label: 'department' } },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  },
  tags: {
    controls: {
      add: { kind: 'tags', label: 'addTags', isOptional: true },
      remove: { kind: 'tags', label: 'removeTags', isOptional: true },
    },
    uses: ['bulk', 'macro', 'escalation'],
    permission: 'ticket.update',
  },
  /** With the time at which it ends by itself. */
  hold: {
    controls: {
      reason: { kind: 'line', label: 'reason', maxLength: 1000, isOptional: true },
      holdUntil: { kind: 'instant', label: 'holdUntil', isOptional: true },
    },
    uses: ['bulk'],
    permission: 'ticket.update',
  },
  /** One that writes nothing: what it writes is read on the ticket's own page before it is sent. */
  macro: { controls: { macroId: { kind: 'macro', label: 'macro' } }, uses: ['bulk'], permission: 'ticket.view' },
  /** All into one, whose requester stays. */
  merge: { controls: { intoId: { kind: 'ticket', label: 'into' } }, uses: ['bulk'], permission: 'ticket.update' },
  archive: {
    controls: { isArchived: { kind: 'yesNo', label: 'archive', words: 'isArchived' } },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  },
  delete: { controls: {}, uses: ['bulk'], permission: 'ticket.delete' },
  reply: { controls: { body }, uses: ['macro'], permission: 'ticket.reply' },
  note: { controls: { body }, uses: ['macro', 'escalation'], permission: 'ticket.note' },
  notify: { controls: { to }, uses: ['escalation'], permission: 'ticket.update' },
  /** {number}, {title} and {due} are filled in. */
  mail: {
    controls: {
      to,
      subject: { kind: 'line', label: 'subject', maxLength: 200, begins: 'mailSubject' },
      body: { kind: 'text', label: 'text', maxLength: 5000, begins: 'mailBody' },
    },
    uses: ['escalation'],
    permission: 'ticket.update',
  },
  /** Posts it, signed, to one of the addresses that notifications go to. */
  webhook: {
    controls: { hookId: { kind: 'webhook', label: 'webhook' } },
    uses: ['escalation'],
    permission: 'ticket.update',
  },
} as const satisfies Record<string, ActionKindEntry>

type Kinds = typeof actionKinds
export type ActionKind = keyof Kinds
export type KindOf<U extends ActionUse> = { [P in ActionKind]: U extends Kinds[P]['uses'][number] ? P : never }[ActionKind]

/** The kinds that are offered there, in their order. */
export const kindsFor = <U extends ActionUse>(use: U): KindOf<U>[] =>
  (Object.keys(actionKinds) as ActionKind[]).filter((kind) => (actionKinds[kind].uses as readonly ActionUse[]).includes(use)) as KindOf<U>[]

/** The fields of a kind, with how each is asked for. */
export const controlsOf = (kind: ActionKind): [string, Control][] => Object.entries((actionKinds[kind] as ActionKindEntry).controls)
