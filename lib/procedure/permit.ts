import { type Actor, hasAnywhere, isStaff } from '../actor/actor'
import { type Permission, readsOnly } from '../actor/permissions'
import { forbidden, unauthenticated } from '../core/errors'
import type { ProcedureMeta } from './context'

/** Who may not call a procedure at all, whatever it is asked about. */
export function refuseUnpermitted(actor: Actor, { permission, audience }: ProcedureMeta) {
  if (!permission || !audience) throw new Error('the procedure states no permission')
  if (audience === 'public') return
  if (actor.kind === 'anonymous') throw unauthenticated()
  const belongs = audience === 'customer' || isStaff(actor)
  if (!belongs) throw forbidden()
  if (permission === 'public') return
  if (permission === 'signed-in') {
    if (actor.kind === 'person' && actor.onlyTicketId) throw forbidden('signIn.linkOpensOne')
    return
  }
  if (permission === 'platform' || !hasAnywhere(actor, permission)) throw forbidden()
}

/** What every person may do for themselves, such as saving a view, a token that only reads may not. */
export function refuseReadingToken(actor: Actor, { changesNothing }: ProcedureMeta, method = 'POST') {
  if (method === 'GET' || changesNothing || actor.kind !== 'person' || actor.via !== 'api-token') return
  if ([...actor.permissions, ...actor.grants.map(({ permission }) => permission as Permission)].every(readsOnly))
    throw forbidden('token.readOnly')
}
