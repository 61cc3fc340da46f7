import type { Messages } from 'use-intl/core'
import { z } from 'zod'
import type { Permission } from '../../actor/permissions'
import { msg } from '../../core/message'
import { priorities, priorityInput } from '../../directory/schema'
import { maxBodyLength, messageBody } from '../conversation/schema'
import type { ChoiceWords } from '../ticket/attribute'
import { statusInput, tagsInput } from '../ticket/schema'

export const recipientRoles = ['owner', 'admin', 'moderator', 'agent'] as const

/** Whom an action tells or writes to. */
export const recipients = z
  .strictObject({
    assignee: z.boolean().default(false),
    /** Of the ticket's department: its lead; all its members. */
    lead: z.boolean().default(false),
    members: z.boolean().default(false),
    roles: z.array(z.enum(recipientRoles)).max(recipientRoles.length).default([]),
    personIds: z.array(z.uuid()).max(50).default([]),
  })
  .refine(
    ({ assignee, lead, members, roles, personIds }) => assignee || lead || members || roles.length + personIds.length > 0,
    msg('actions.recipients'),
  )
export type Recipients = z.output<typeof recipients>

type Words = Messages['tickets']['actionFields']

/** What an action's field is chosen from, by its id. */
export const targetKinds = ['person', 'department', 'category', 'webhook'] as const
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
  | { kind: 'line'; maxLength: number; begins?: keyof Words['begins'] }
  | { kind: 'text'; maxLength: number; begins?: keyof Words['begins'] }
  | { kind: 'recipients' }
)

export const isTarget = (control: Control): control is Extract<Control, { kind: TargetKind }> =>
  (targetKinds as readonly string[]).includes(control.kind)

/** Where an action is offered. */
export type ActionUse = 'bulk' | 'macro' | 'escalation'

export interface ActionKindEntry<D extends z.ZodRawShape = z.ZodRawShape, U extends readonly ActionUse[] = readonly ActionUse[]> {
  /** What it needs to know, beside its kind. Stored as it is: a shape that changes takes a migration. */
  data: D
  /** How forms ask for each of that, in this order. */
  controls: { [K in keyof D]: Control }
  uses: U
  /** Without it anywhere, nobody asks for the action at all, and no form offers it to them. */
  permission: Permission
}

const action = <D extends z.ZodRawShape, const U extends readonly ActionUse[]>(entry: ActionKindEntry<D, U>) => entry

const priority: Control = { kind: 'choice', label: 'priority', values: priorities, words: 'common.priority' }
const to: Control = { kind: 'recipients', label: 'recipients' }
const body: Control = { kind: 'text', label: 'text', maxLength: maxBodyLength }

/**
 * Every kind of action: the part that a browser knows as well, and all that forms, macros, bulk changes and escalations are made
 * of. Its words are `common.actions.<kind>` in messages/en.json, what it does stands in the `actions.ts` of its domain.
 */
export const actionKinds = {
  assign: action({
    data: { assigneeId: z.uuid().nullable() },
    controls: { assigneeId: { kind: 'person', label: 'assignee', canBeNone: true } },
    uses: ['bulk', 'macro', 'escalation'],
    permission: 'ticket.assign',
  }),
  status: action({
    data: { status: statusInput, reason: z.string().trim().max(1000).optional() },
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
  }),
  priority: action({
    data: { priority: priorityInput },
    controls: { priority },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  }),
  /** A higher one stays. */
  raise_priority: action({
    data: { priority: priorityInput },
    controls: { priority },
    uses: ['escalation'],
    permission: 'ticket.update',
  }),
  department: action({
    data: { departmentId: z.uuid() },
    controls: { departmentId: { kind: 'department', label: 'department' } },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  }),
  tags: action({
    data: { add: tagsInput.default([]), remove: tagsInput.default([]) },
    controls: {
      add: { kind: 'tags', label: 'addTags', isOptional: true },
      remove: { kind: 'tags', label: 'removeTags', isOptional: true },
    },
    uses: ['bulk', 'macro', 'escalation'],
    permission: 'ticket.update',
  }),
  archive: action({
    data: { isArchived: z.boolean() },
    controls: { isArchived: { kind: 'yesNo', label: 'archive', words: 'isArchived' } },
    uses: ['bulk', 'macro'],
    permission: 'ticket.update',
  }),
  delete: action({ data: {}, controls: {}, uses: ['bulk'], permission: 'ticket.delete' }),
  reply: action({ data: { body: messageBody }, controls: { body }, uses: ['macro'], permission: 'ticket.reply' }),
  note: action({ data: { body: messageBody }, controls: { body }, uses: ['macro', 'escalation'], permission: 'ticket.note' }),
  notify: action({ data: { to: recipients }, controls: { to }, uses: ['escalation'], permission: 'ticket.update' }),
  /** {number}, {title} and {due} are filled in. */
  mail: action({
    data: {
      to: recipients,
      subject: z.string().trim().min(1, msg('actions.subject')).max(200),
      body: z.string().trim().min(1, msg('actions.text')).max(5000),
    },
    controls: {
      to,
      subject: { kind: 'line', label: 'subject', maxLength: 200, begins: 'mailSubject' },
      body: { kind: 'text', label: 'text', maxLength: 5000, begins: 'mailBody' },
    },
    uses: ['escalation'],
    permission: 'ticket.update',
  }),
  /** Posts it, signed, to one of the addresses that notifications go to. */
  webhook: action({
    data: { hookId: z.uuid() },
    controls: { hookId: { kind: 'webhook', label: 'webhook' } },
    uses: ['escalation'],
    permission: 'ticket.update',
  }),
} as const satisfies Record<string, ActionKindEntry>

type Kinds = typeof actionKinds
export type ActionKind = keyof Kinds
type Data<P extends ActionKind> = z.ZodObject<Kinds[P]['data']>
// Nothing but its kind, where it needs no data.
type With<P, D> = string extends keyof D ? { kind: P } : { kind: P } & D
/** An action with its data; `Action<'assign' | 'tags'>` is one of these. */
export type Action<K extends ActionKind = ActionKind> = { [P in K]: With<P, z.output<Data<P>>> }[K]
export type ActionInput<K extends ActionKind> = { [P in K]: With<P, z.input<Data<P>>> }[K]
export type KindOf<U extends ActionUse> = { [P in ActionKind]: U extends Kinds[P]['uses'][number] ? P : never }[ActionKind]

/** The kinds that are offered there, in their order. */
export const kindsFor = <U extends ActionUse>(use: U): KindOf<U>[] =>
  (Object.keys(actionKinds) as ActionKind[]).filter((kind) => (actionKinds[kind].uses as readonly ActionUse[]).includes(use)) as KindOf<U>[]

/** The fields of a kind, with how each is asked for. */
export const controlsOf = (kind: ActionKind): [string, Control][] => Object.entries((actionKinds[kind] as ActionKindEntry).controls)
