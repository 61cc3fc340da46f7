import type { Actor } from '../actor/actor'
import type { TenantContext } from '../procedure/context'

/** What a command needs: its tenant, who acts, the open unit of work, the time, and a way to say what happened. */
export type Work<A extends Actor = Actor> = Pick<TenantContext<A>, 'tenant' | 'actor' | 'tx' | 'emit' | 'flush' | 'now'>
