import { z } from 'zod'
import { withTenant } from '../../db/scope'
import { workAs } from '../../events/as-system'
import type { FollowerWork } from '../../events/follower'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { actorOfPerson } from '../../procedure/authenticate'
import { type PassingOn, passingOn, passSomeOn, stillPassedOn } from './passing-on'

/** The tickets that were too many for the unit of work in which whatever had them went. */
export const passOnJob = defineJob({
  id: 'tickets.pass-on',
  title: 'passTicketsOn',
  input: z.object({ what: passingOn, byId: z.string().nullable() }),
  priority: 'high',
  timeoutSeconds: 1800,
  async run({ tenant, input: { what, byId } }) {
    if (!tenant) return
    const passSome = () =>
      withTenant(tenant.ref, async (tx) => {
        const by = byId ? await actorOfPerson(tx, tenant.ref.id, byId) : null
        const actor = by ?? ({ kind: 'system', name: 'tickets.pass-on' } as const)
        // Those that were passed on at once wait for the undo window, and so do the rest.
        const hold = by ? 'window' : undefined
        const pass = async (work: FollowerWork) => {
          const still = await stillPassedOn(work, what)
          return still !== null && passSomeOn(work, still)
        }
        return workAs(tx, tenant, actor, pass, undefined, { hold })
      })
    while (await passSome());
  },
})

/** Passes the first tickets on in this unit of work, and leaves the rest to a job. */
export async function passOn(work: FollowerWork, what: PassingOn) {
  if (!(await passSomeOn(work, what))) return
  const { tx, tenant, actor } = work
  await enqueueJob({ tx, tenantId: tenant.ref.id }, passOnJob, { what, byId: actor.kind === 'person' ? actor.id : null })
}
