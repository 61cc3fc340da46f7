import type { Actor } from '../actor/actor'
import type { TenantTx } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { EventPayload, EventType } from './event-types'

export interface EmitOptions {
  /** What the event happened to. */
  subjectId?: string
  /** Why, in the words of whoever did it. */
  reason?: string
  /** What must be delivered in order with it; what it happened to unless said otherwise. */
  orderingKey?: string
}

export type Emit = <T extends EventType>(type: T, payload: EventPayload<T>, options?: EmitOptions) => void

/** What a command needs: its tenant, who acts, the open unit of work, the time, and a way to say what happened. */
export interface Work<A extends Actor = Actor> {
  tenant: ResolvedTenant
  actor: A
  tx: TenantTx
  now: Date
  emit: Emit
  /** Runs the followers of what was emitted so far, such as the SLA clocks. Done before the unit of work ends in any case. */
  flush: () => Promise<void>
}
