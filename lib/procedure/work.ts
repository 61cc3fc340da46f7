import type { Actor } from '../identity/actor'
import type { TenantContext } from './context'

/** What a command needs: its tenant, who acts, the open unit of work, the time, and a way to say what happened. */
export type Work<A extends Actor = Actor> = Pick<TenantContext<A>, 'tenant' | 'actor' | 'tx' | 'emit' | 'settle' | 'now'>
