import type { Messages } from 'use-intl/core'

export const ticketTypes = ['question', 'incident', 'problem', 'task'] as const
export type TicketType = (typeof ticketTypes)[number]

export const sources = ['email', 'web', 'phone', 'chat', 'chatbot', 'api', 'internal', 'customer_portal'] as const
export type TicketSource = (typeof sources)[number]

/** How satisfied a requester says they are. */
export const ratings = ['very_bad', 'bad', 'okay', 'good', 'very_good'] as const
export type Rating = (typeof ratings)[number]
/** Characters of what they say of it. */
export const maxRatingComment = 1000

export type Words = Messages['tickets']
/** Every attribute has a label in the catalogue, `tickets.attributes`, under its own key. */
export type LabelledKey = keyof Words['attributes']

/** What the words of `is:` ask of an attribute; its kind knows how. */
export type Flag = 'set' | 'empty' | 'mine' | 'past' | 'open' | 'done'

export type Form = 'portal' | 'agent'

/** Parts of the catalogue that name the values of a choice. */
export type ChoiceWords = 'common.status' | 'common.priority' | `tickets.choices.${keyof Words['choices']}`

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
  /** Comes with a new ticket, where it is no detail: given by anybody, or by staff alone. */
  create?: 'anybody' | 'staff'
  /** Undoing a change of many tickets puts it back. */
  isRestored?: true
  /** Has a place of its own on the ticket's page, not one among the properties. */
  isHeading?: true
  /** Says nothing of a ticket whose requester has no organisation. */
  needsOrganisation?: true
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
    /** It is what people filter by most, and offered first. */
    isFirst?: true
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
    | { kind: 'requesterOrganisation' | 'requesterTier' | 'notes' | 'watched' | 'mentioned' }
  )
