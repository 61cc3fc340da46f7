import type { Actor, PersonActor, PlatformActor, TenantActor } from '../actor/actor'
import type { Permission } from '../actor/permissions'
import type { PlatformTx } from '../db/scope'
import type { Causation } from '../events/emit'
import type { Work } from '../events/work'
import type { RateLimitName } from '../tenancy/rate-limits'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { BodyKind } from './body-limits'

/** How a call came in. Every caller fills this in and nothing else. */
export interface Caller {
  kind: 'rest' | 'rpc' | 'action' | 'page' | 'inside'
  requestId: string
  /** Normalised host; null for a call from inside. */
  host: string | null
  /** The caller's network address, when there is one. */
  address: string | null
  userAgent: string | null
  /** HTTP method; a page render counts as GET. */
  method: string
  headers: Headers
  /** Where the caller collects response headers, when it has a response. */
  responseHeaders?: Headers
  /** A caller that was already proven: jobs, mail, the command line. */
  as?: { tenant: ResolvedTenant | null; actor: Actor }
  /** Whose language and zone errors are told in; set once it is known who calls. */
  reader?: { locale: string | null; timeZone: string }
  /** The language of the workspace that was called, once that is known. */
  workspaceLocale?: string
  /** The event that made a subscriber call. */
  causation?: Causation
}

export interface CallContext {
  caller: Caller
}

export interface RequestContext extends CallContext {
  now: Date
}

export interface TenantContext<A extends Actor = Actor> extends RequestContext, Work<A> {}

/** What works through much: others have their turn between its units of work. */
export interface PiecesContext<A extends Actor = Actor> extends RequestContext, Pick<Work<A>, 'tenant' | 'actor'> {
  /** One unit of work of several. */
  piece<T>(work: (work: Work<A>) => Promise<T>): Promise<T>
  /** The last one, with all that is written: its result is the answer, which an Idempotency-Key gives again. */
  conclude<T>(work: (work: Work<A>) => Promise<T>): Promise<T>
}

export type PublicContext = TenantContext
export type SignedInContext = TenantContext<TenantActor>
export type { PersonActor, PlatformActor }

export interface PlatformContext extends RequestContext {
  actor: PlatformActor | Extract<Actor, { kind: 'system' | 'anonymous' }>
  tx: PlatformTx
}

/**
 * What a procedure says about itself: the permission it needs, or the word that
 * none is needed. A procedure that says nothing is refused and fails a test.
 */
export interface ProcedureMeta {
  permission?: Permission | 'public' | 'signed-in' | 'platform'
  audience?: 'public' | 'customer' | 'agent' | 'admin' | 'platform'
  /** The answer holds a secret that is shown once, so it is never stored for an Idempotency-Key. */
  showsSecret?: boolean
  /** It only answers, though not to GET. */
  changesNothing?: boolean
  /** It undoes an act: screens follow, people are told nothing. */
  isUndo?: boolean
  /** What its body may be, where that is more than `small`. */
  body?: Exclude<BodyKind, 'small'>
  /** A tighter limit than the caller's own, per address: one that the workspace sets. */
  limit?: RateLimitName
  /** The same of the platform's own procedures, which belong to no workspace: requests a minute. */
  perMinute?: number
  /** The procedure whose limit per minute it shares, by its path in the router: another address of the same act. */
  limitedAs?: string
}
