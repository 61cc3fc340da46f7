import { invalid, notFound } from '../../core/errors'
import type { Work } from '../../events/work'
import { type ActionRegistry, runActions } from '../actions/action-registry'
import type { Action } from '../actions/schema'
import { canView } from '../ticket/policy'
import { sharedWith } from '../views/policy'
import { changesIn } from './macros'
import { writes } from './values'

/** Macros, as one action on many tickets. */
export const macroActions = {
  macro: {
    may: canView,
    prepare: actionsOf,
    async run(work, ticket, action) {
      await runActions(work, ticket, await actionsOf(work, action))
    },
  },
} satisfies Partial<ActionRegistry>

async function actionsOf({ tx, tenant, actor }: Work, { macroId }: Action<'macro'>): Promise<readonly Action[]> {
  const macro = await tx.macro.findFirst({ where: { tenantId: tenant.ref.id, id: macroId, deletedAt: null, ...sharedWith(actor) } })
  if (!macro) throw notFound('macro')
  const changes = changesIn(macro)
  if (writes({ ...macro, changes })) throw invalid({ 'change.macroId': ['canned.macroWrites'] })
  return changes
}
