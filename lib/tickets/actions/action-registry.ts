import { ORPCError } from '@orpc/server'
import type { Actor } from '../../actor/actor'
import { msg } from '../../core/message'
import type { EventOf, EventType } from '../../events/event-types'
import type { Work } from '../../events/work'
import { refuseUnless } from '../ticket/lock'
import type { TicketFacts } from '../ticket/policy'
import { readHeld, type TicketRow } from '../ticket/queries'
import type { ActionKind } from './action-kinds'
import { refuseGone } from './action-targets'
import type { Action, Undoing } from './schema'

/** What brought an action about, where nobody did it by hand. */
export interface Occasion {
  event: EventOf<EventType>
  /** Of the action among those of the same event. */
  place: number
}

/** What of a ticket says whether an action would change it. */
export type Standing = TicketFacts & Pick<TicketRow, 'priority' | 'tags' | 'archivedAt' | 'holdUntil'>

/** What of it would be different. */
export type Foreseen = Partial<Standing> & { isDeleted?: true }

/** What a kind of action does, and who may do it. */
export interface ActionEntry<K extends ActionKind> {
  /** On the ticket as it was when the act began. */
  may(actor: Actor, ticket: TicketFacts): boolean
  /**
   * Does it to a ticket whose row is held, as it is now. It refuses before it writes anything.
   * @throws a typed error for what cannot be done
   */
  run(work: Work, ticket: TicketRow, action: Action<K>, occasion: Occasion | null): Promise<unknown>
  /**
   * Of bulk changes, before they begin: the actions that it stands for.
   * @throws a typed error for what can't be done to any ticket
   */
  prepare?(work: Work, action: Action<K>): Promise<readonly Action[]>
  /** Other tickets that it changes as well. Each of many is then done alone, and holds them in the same order as anybody else. */
  others?(action: Action<K>): readonly string[]
  /** Of bulk changes: what it would make of a ticket that stands so; nothing where it is so already, null where it would be refused. */
  foresee?(ticket: Standing, action: Action<K>): Foreseen | null
  /** Puts back what was before, unless somebody changed it since. @returns false where there is nothing to put back */
  undo?(work: Work, ticketId: string, undoing: Undoing, act: { id: string; action: Action<K> } | null): Promise<boolean>
}

/** An entry for each kind: one that is missing does not compile. */
export type ActionRegistry = { readonly [K in ActionKind]: ActionEntry<K> }

let registry: ActionRegistry | undefined

/** Called once by the wiring, which alone knows the actions of every domain. */
export function provideActions(given: ActionRegistry) {
  registry = given
}

/** @throws when the wiring was not loaded */
export function actionOf<K extends ActionKind>(kind: K): ActionEntry<K> {
  if (!registry) throw new Error('nobody provided the actions: import lib/wiring/wire first')
  return registry[kind]
}

export const entryOf = (action: Action) => actionOf(action.kind) as ActionEntry<ActionKind>

/** One action on a ticket that the caller holds. */
export async function runAction(work: Work, ticket: TicketRow, action: Action, occasion: Occasion | null) {
  const entry = entryOf(action)
  refuseUnless(entry.may, work, ticket)
  await entry.run(work, ticket, action, occasion)
}

/**
 * Several actions on one ticket, in their order, each on what the one before it left. What the actor may do is asked of the
 * ticket as it was when the act began, so that an action which takes it out of their sight stops none of those after it.
 * @param began held by the caller until the unit of work ends, which must not commit when this throws
 * @throws the error of the action that was refused, saying which it was
 */
export async function runActions(work: Work, began: TicketRow, actions: readonly Action[]): Promise<void> {
  for (const [place, { kind }] of actions.entries())
    try {
      refuseUnless(actionOf(kind).may, work, began)
    } catch (error) {
      throw naming(error, actions, place)
    }
  for (const [place, action] of actions.entries()) {
    await refuseGone(work, action).catch((error: unknown) => {
      throw naming(error, actions, place)
    })
    const ticket = place === 0 ? began : await readHeld(work, began.id)
    await entryOf(action)
      .run(work, ticket, action, null)
      .catch((error: unknown) => {
        throw naming(error, actions, place)
      })
  }
}

/** One of several: the error says which. A defect stays as it is. */
function naming(error: unknown, actions: readonly Action[], place: number): unknown {
  if (!(error instanceof ORPCError)) return error
  const { kind } = actions[place] as Action
  const message = actions.length > 1 ? msg('actions.failed', { place: place + 1, why: error.message }) : error.message
  const { code, status, data, cause } = error
  return new ORPCError(code, { status, message, cause, data: { ...data, action: { kind, place } } })
}
