import type { Messages } from 'use-intl/core'
import { priorities, priorityAliases } from '../../directory/schema'
import { ticketStatuses } from './workflow'

export const ticketTypes = ['question', 'incident', 'problem', 'task'] as const
export type TicketType = (typeof ticketTypes)[number]

export const sources = ['email', 'web', 'phone', 'chat', 'chatbot', 'api', 'internal', 'customer_portal'] as const
export type TicketSource = (typeof sources)[number]

type Words = Messages['tickets']
/** Every attribute has a label in the catalogue, `tickets.attributes`, under its own key. */
export type LabelledKey = keyof Words['attributes']

/** What the words of `is:` ask of an attribute; its kind knows how. */
export type Flag = 'set' | 'empty' | 'mine' | 'past' | 'open' | 'done'

export type Form = 'portal' | 'agent'

/** Parts of the catalogue that name the values of a choice. */
type ChoiceWords = 'common.status' | 'common.priority' | `tickets.choices.${keyof Words['choices']}`

interface Shared {
  /** Its name in filters, orders and lists of columns, where that is not its key. */
  name?: string
  /** Column of the table, in SQL; none for what is kept elsewhere. */
  column?: string
  /** What customers know in its place: it moves only with what they see. */
  publicColumn?: string
  /** A customer never gets what is for staff; the workflow's own notes are for nobody. */
  visibleTo: 'staff' | 'customer' | 'nobody'
  /** `details`: by the one command for all; else by a command of its own, or never by hand. */
  edit?: 'details'
  /** Has a place of its own on the ticket's page, not one among the properties. */
  isHeading?: true
  /** Forms that ask for it when a ticket is made: a text, number, date or choice that is a detail. */
  forms?: readonly Form[]
  filter?: {
    /** Where the filter has its own name for it. */
    name?: string
    aliases?: readonly string[]
    /** Customers may ask it too. */
    isPublic?: true
    example: string
    /** What the help beside the search says, where its kind does not say enough. */
    help?: keyof Words['filterHelp']
  }
  is?: Readonly<Record<string, Flag>>
  /** Customers may sort by it, too, where it is public. */
  sort?: { isPublic?: true }
  /** A column of the list: its place from the left, and the narrowest screen that shows it. */
  list?: { place: number; from?: 'sm' | 'md' | 'lg' | 'xl' | '2xl'; isDefault?: true }
  /** A column of the CSV, in the order of this file. */
  isExported?: true
  /** SLA policies may depend on it: it does not change by itself. */
  isSlaCondition?: true
  /** Part of what is held about a requester: in the export that they ask for, erased with them, or both. */
  personal?: 'exported' | 'erased' | 'both'
}

/** A column holds it always, so that it is never null. */
interface Required {
  isRequired?: true
}

export type Attribute = Shared &
  (
    | ({ kind: 'text'; column: string; maxLength: number; searchWeight?: 'title' } & Required)
    | ({ kind: 'instant'; column: string } & Required)
    | { kind: 'count'; column: string }
    | { kind: 'flag'; column: string }
    | ({
        kind: 'choice'
        column: string
        /** Of the database. */
        type: string
        values: readonly string[]
        /** Where the catalogue names them. */
        words: ChoiceWords
        aliases?: Readonly<Record<string, string>>
        /** From least to most, so that it can be compared and sorted. */
        isOrdered?: true
      } & Required)
    | { kind: 'person' | 'department' | 'category'; column: string }
    | { kind: 'status'; column: string; values: readonly string[]; words: ChoiceWords }
    | { kind: 'number' | 'requester' | 'tags' | 'fields' | 'clocks'; column: string }
    | { kind: 'requesterOrganisation' | 'requesterTier' | 'notes' | 'watched' }
  )

/**
 * All there is to say of what a ticket has, once: lists, filters, orders, exports, forms, SLA conditions, the audit trail
 * and a requester's export are made of it. An attribute more is a column, an entry, and its label in the catalogue.
 */
export const attributes = {
  number: {
    kind: 'number',
    column: 'number',
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'number:1042' },
    isExported: true,
    personal: 'exported',
  },
  title: {
    kind: 'text',
    column: 'title',
    maxLength: 200,
    isRequired: true,
    searchWeight: 'title',
    isHeading: true,
    visibleTo: 'customer',
    edit: 'details',
    filter: { aliases: ['subject'], isPublic: true, example: 'title:invoice', help: 'title' },
    isExported: true,
    personal: 'exported',
  },
  status: {
    kind: 'status',
    column: 'status',
    values: ticketStatuses,
    words: 'common.status',
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'status:open', help: 'status' },
    is: { open: 'open', done: 'done' },
    list: { place: 80, from: 'sm', isDefault: true },
    isExported: true,
    personal: 'exported',
  },
  priority: {
    kind: 'choice',
    column: 'priority',
    type: 'Priority',
    values: priorities,
    words: 'common.priority',
    aliases: priorityAliases,
    isOrdered: true,
    isRequired: true,
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'priority:>=high' },
    sort: { isPublic: true },
    list: { place: 40, from: 'md' },
    isExported: true,
    isSlaCondition: true,
  },
  type: {
    kind: 'choice',
    column: 'type',
    type: 'TicketType',
    values: ticketTypes,
    words: 'tickets.choices.type',
    visibleTo: 'staff',
    edit: 'details',
    filter: { example: 'type:incident' },
    list: { place: 35, from: 'xl' },
    isExported: true,
    isSlaCondition: true,
  },
  department: {
    kind: 'department',
    column: 'department_id',
    visibleTo: 'customer',
    filter: { example: 'department:support' },
    list: { place: 20, from: '2xl', isDefault: true },
    isExported: true,
    isSlaCondition: true,
  },
  category: {
    kind: 'category',
    column: 'category_id',
    visibleTo: 'customer',
    edit: 'details',
    filter: { example: 'category:billing' },
    list: { place: 30, from: 'xl' },
    isExported: true,
    isSlaCondition: true,
  },
  requester: {
    kind: 'requester',
    column: 'requester_id',
    visibleTo: 'customer',
    filter: { aliases: ['from'], example: 'requester:amina@example.com', help: 'requester' },
    list: { place: 10, from: 'lg', isDefault: true },
    isExported: true,
  },
  organisation: {
    kind: 'requesterOrganisation',
    visibleTo: 'staff',
    filter: { example: 'organisation:acme*', help: 'organisation' },
    isSlaCondition: true,
  },
  tier: {
    kind: 'requesterTier',
    visibleTo: 'staff',
    filter: { example: 'tier:premium', help: 'tier' },
    isSlaCondition: true,
  },
  assignee: {
    kind: 'person',
    column: 'assignee_id',
    visibleTo: 'customer',
    filter: { example: 'assignee:me' },
    is: { unassigned: 'empty', mine: 'mine' },
    list: { place: 90, from: 'sm', isDefault: true },
    isExported: true,
  },
  tags: {
    kind: 'tags',
    column: 'tags',
    visibleTo: 'staff',
    filter: { name: 'tag', aliases: ['tags'], example: 'tag:vip' },
    list: { place: 50, from: '2xl', isDefault: true },
    isExported: true,
    isSlaCondition: true,
  },
  source: {
    kind: 'choice',
    column: 'source',
    type: 'TicketSource',
    values: sources,
    words: 'tickets.choices.source',
    isRequired: true,
    visibleTo: 'customer',
    filter: { aliases: ['via', 'channel'], example: 'source:email' },
    list: { place: 60, from: 'xl' },
    isExported: true,
    isSlaCondition: true,
  },
  createdAt: {
    kind: 'instant',
    name: 'created',
    column: 'created_at',
    isRequired: true,
    visibleTo: 'customer',
    filter: { aliases: ['opened'], isPublic: true, example: 'created:>7d', help: 'created' },
    sort: { isPublic: true },
    list: { place: 65, from: 'md' },
    isExported: true,
    personal: 'exported',
  },
  firstResponseAt: {
    kind: 'instant',
    column: 'first_response_at',
    visibleTo: 'customer',
    is: { answered: 'set' },
    isExported: true,
  },
  resolvedAt: {
    kind: 'instant',
    name: 'resolved',
    column: 'resolved_at',
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'resolved:2026-03' },
    isExported: true,
  },
  closedAt: {
    kind: 'instant',
    name: 'closed',
    column: 'closed_at',
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'closed:2026-01-01..2026-01-31' },
    isExported: true,
  },
  dueAt: {
    kind: 'instant',
    name: 'due',
    column: 'due_at',
    visibleTo: 'staff',
    edit: 'details',
    filter: { example: 'due:<+2h' },
    is: { overdue: 'past' },
    sort: {},
    list: { place: 68, from: 'sm' },
    isExported: true,
  },
  updatedAt: {
    kind: 'instant',
    name: 'updated',
    column: 'updated_at',
    publicColumn: 'public_updated_at',
    isRequired: true,
    visibleTo: 'customer',
    filter: { isPublic: true, example: 'updated:today' },
    sort: { isPublic: true },
    list: { place: 99, isDefault: true },
    isExported: true,
  },
  clocks: {
    kind: 'clocks',
    name: 'sla',
    column: 'sla_due_at',
    visibleTo: 'staff',
    filter: { example: 'sla:soon', help: 'sla' },
    sort: {},
    list: { place: 70, from: 'sm', isDefault: true },
  },
  messageCount: { kind: 'count', column: 'message_count', publicColumn: 'public_message_count', visibleTo: 'customer', isExported: true },
  reopenCount: { kind: 'count', column: 'reopen_count', visibleTo: 'customer', is: { reopened: 'set' }, isExported: true },
  hasNewReply: { kind: 'flag', column: 'has_new_reply', visibleTo: 'staff', is: { unread: 'set' } },
  archivedAt: { kind: 'instant', column: 'archived_at', visibleTo: 'staff', is: { archived: 'set' } },
  watchers: { kind: 'watched', visibleTo: 'staff', is: { watched: 'set' } },
  notes: { kind: 'notes', visibleTo: 'staff', filter: { name: 'note', example: 'note:refund', help: 'note' } },
  snippet: { kind: 'text', column: 'snippet', maxLength: 200, isRequired: true, visibleTo: 'customer' },
  statusReason: { kind: 'text', column: 'status_reason', maxLength: 1000, visibleTo: 'customer', personal: 'erased' },
  holdUntil: { kind: 'instant', column: 'hold_until', visibleTo: 'staff' },
  heldAt: { kind: 'instant', column: 'held_at', visibleTo: 'nobody' },
  remindedAt: { kind: 'instant', column: 'reminded_at', visibleTo: 'nobody' },
  /** What a workspace asks besides; each of them says for itself who sees it. */
  fields: {
    kind: 'fields',
    column: 'fields',
    visibleTo: 'customer',
    filter: { name: 'field', example: 'field.region:north', help: 'field' },
    personal: 'both',
  },
} as const satisfies Partial<Record<LabelledKey, Attribute>>

export type Entries = typeof attributes
/** An entry without a label is an error where it stands, and there alone. */
export type AttributeKey = Extract<keyof Entries, LabelledKey>

/** For what goes through all of them and names none. */
export const attributeEntries = Object.entries(attributes) as [AttributeKey, Attribute][]

/** Its name in orders and lists of columns. */
export type NameOf<K extends AttributeKey> = K extends AttributeKey ? (Entries[K] extends { name: infer N extends string } ? N : K) : never

export const nameOf = (key: AttributeKey): string => (attributes[key] as Attribute).name ?? key

/** Its name in the filter language. */
export const filterName = (key: AttributeKey): string => (attributes[key] as Attribute).filter?.name ?? nameOf(key)

/** The keys whose entries have something, such as a `sort`. */
export type KeysWith<Part> = { [K in AttributeKey]: Entries[K] extends Part ? K : never }[AttributeKey]

export const keysWith = <P extends keyof Attribute>(part: P) =>
  attributeEntries.flatMap(([key, attribute]) => (attribute[part] ? [key] : [])) as KeysWith<Record<P, unknown>>[]

/** The attribute that has a name of orders and columns. */
export const attributeNamed = (name: string): [AttributeKey, Attribute] =>
  attributeEntries.find(([key]) => nameOf(key) === name) as [AttributeKey, Attribute]

/** Tables that attributes refer to. */
export const referenceKinds = ['person', 'department', 'category'] as const
export type ReferenceKind = (typeof referenceKinds)[number]
export type ReferenceKey = { [K in AttributeKey]: Entries[K]['kind'] extends ReferenceKind ? K : never }[AttributeKey]

export const isReference = (attribute: Attribute): attribute is Extract<Attribute, { kind: ReferenceKind }> =>
  (referenceKinds as readonly string[]).includes(attribute.kind)

/** Its name in rows and in what is sent: a reference goes by its id. */
export type FieldName<K extends AttributeKey> = K extends ReferenceKey ? `${K}Id` : K

export const fieldName = (key: AttributeKey): string => (isReference(attributes[key]) ? `${key}Id` : key)

/** Where a row has another value for customers. */
export type PublicKey = KeysWith<{ publicColumn: string } | { kind: 'fields' }>

export const publicName = (key: string) => `public${key[0]?.toUpperCase()}${key.slice(1)}`

export type DetailKey = KeysWith<{ edit: 'details' }>

/** What the one command for all changes, by the names in what is sent. */
export const details = new Map(
  attributeEntries.flatMap(([key, attribute]): [string, DetailKey][] =>
    attribute.edit === 'details' ? [[fieldName(key), key as DetailKey]] : [],
  ),
)

/** The details that a form asks for, by the names in what is sent. */
export const detailsOf = (form: Form) => [...details].filter(([, key]) => (attributes[key] as Attribute).forms?.includes(form))

/** What the filter language can be asked, for the help beside the search: which words of the catalogue say it, and with what values. */
export const filterHelp = [
  ...attributeEntries.flatMap(([key, attribute]) => (attribute.filter ? [helpOf(key, attribute, attribute.filter)] : [])),
  {
    name: 'is',
    key: null,
    says: 'is' as const,
    example: 'is:unread',
    values: attributeEntries.flatMap(([, { is = {} }]) => Object.keys(is)),
  },
]

function helpOf(key: AttributeKey, attribute: Attribute, { help, example }: NonNullable<Attribute['filter']>) {
  const values = 'values' in attribute ? attribute.values : []
  return { name: filterName(key), key, says: help ?? helpOfKind(attribute), example, values }
}

function helpOfKind(attribute: Attribute): keyof Words['filterHelp'] {
  if (attribute.kind === 'choice') return attribute.isOrdered ? 'comparable' : 'choice'
  if (attribute.kind === 'department' || attribute.kind === 'category') return 'named'
  return attribute.kind in { text: 1, instant: 1, person: 1, count: 1, number: 1, tags: 1 } ? (attribute.kind as 'text') : 'text'
}
