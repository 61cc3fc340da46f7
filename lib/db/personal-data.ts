import type { Translator } from '../text/translator'
import type { Prisma } from './generated/tenant/client'
import type { TenantTx } from './scope'

// What each domain says, in its personal-data.ts, of people in its tables. lib/privacy collects it and acts on it.

/** What takes the place of what somebody wrote. */
export const erasedText = '[erased]'

/** A contact that is to be handed out or forgotten, and what is about them. */
export interface DataSubject {
  /** The contact, and those that went into it by merging. */
  contactIds: string[]
  /** Empty where some of the tickets alone are meant. */
  name: string
  emails: string[]
  /** Their accounts; none for a colleague, whose account stays theirs. */
  personIds: string[]
  /** Tickets they asked. */
  ticketIds: string[]
  /** Those, and the ones they wrote in. */
  touchedIds: string[]
  /** What they wrote, and all that was written on tickets they asked. */
  messageIds: string[]
}

export interface PersonalDataWork {
  tx: TenantTx
  tenantId: string
  now: Date
}

export interface ErasureWork extends PersonalDataWork {
  /** In the workspace's language, for what takes the place of a text. */
  t: Translator
}

type Models = Prisma.TypeMap['model']
/** A model by the name under which the client has it. */
export type ModelKey = Prisma.TypeMap['meta']['modelProps']
type Where<M extends ModelKey> = NonNullable<Models[Capitalize<M>]['operations']['updateMany']['args']['where']>
type Data<M extends ModelKey> = Models[Capitalize<M>]['operations']['updateMany']['args']['data']
type Field<M extends ModelKey> = keyof Models[Capitalize<M>]['payload']['scalars']

/** Rows that lose what they say of a contact, or go. */
export type Erasure<M extends ModelKey> =
  | { rows: (who: DataSubject) => Where<M>; set: Data<M> | ((work: Pick<ErasureWork, 'now' | 't'>) => Data<M>) }
  | { rows: (who: DataSubject) => Where<M>; deletes: true }
  /** What cannot be said as rows and values; `clears` names the columns, or all of them. */
  | { by: (work: PersonalDataWork, who: DataSubject) => Promise<unknown>; clears: readonly Field<M>[] }
  /** `through`: the references by which the rows that go are found. */
  | { by: (work: PersonalDataWork, who: DataSubject) => Promise<unknown>; clears: 'rows'; through: readonly Field<M>[] }
  /** The same for what takes long to find: one step of it each time, from where the last one ended; null at the end. */
  | {
      step: (work: PersonalDataWork, who: DataSubject, after: string | null) => Promise<string | null>
      clears: 'rows'
      through: readonly Field<M>[]
    }

/** Rows that go with purged tickets, or with `set` stay and lose the reference. What a foreign key cascades needs no word. */
export type Purge<M extends ModelKey> =
  | { rows: (ticketIds: string[]) => Where<M>; set?: Data<M> }
  | { by: (work: PersonalDataWork, ticketIds: string[]) => Promise<unknown> }

export interface TableData<M extends ModelKey> {
  erase?: readonly Erasure<M>[]
  purge?: readonly Purge<M>[]
  /** Why the rest stays when a contact is erased: for the whole table, or for each reference and each text. */
  stays?: Reason | { [F in Field<M>]?: Reason }
}

/** Why something stays although a contact is erased. */
export type Reason =
  /** It leads to a row that is erased itself. */
  | 'subject'
  /** It leads to a request or a message, which stays without its words. */
  | 'number'
  /** It is by or about someone of the staff. */
  | 'staff'
  /** Someone set it up, and it says nothing of who it was. */
  | 'settings'
  /** A company is no person. */
  | 'company'
  /** Codes, counts and keys that we made. */
  | 'machine'
  /** It goes by itself soon. */
  | 'brief'
  /** It goes with the row that it belongs to. */
  | 'with'
  /** The audit trail: what happened stays, and whoever is erased is told so. */
  | 'sealed'

export interface PersonalData {
  tables: { [M in ModelKey]?: TableData<M> }
  /** What a contact may have of it. */
  exportContact?: (work: PersonalDataWork, who: DataSubject) => Promise<Record<string, unknown>>
  /** What they may have of each ticket they asked, in the order in which the tickets came. */
  exportTickets?: (work: PersonalDataWork, who: DataSubject) => Promise<Map<string, Record<string, unknown>>>
}
