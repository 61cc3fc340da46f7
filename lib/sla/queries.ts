import { notFound } from '../core/errors'
import type { Prisma } from '../db/generated/tenant/client'
import { priorities } from '../directory/schema'
import type { Work } from '../events/work'
import { readGone } from '../tickets/actions/action-targets'
import { metrics, type ShownFilter } from '../tickets/ticket/schema'
import { showFilters } from '../tickets/ticket/stored-filter'
import { escalationActions, type PolicyOutput, policyOutput } from './schema'
import { reachesOf } from './shadow'

export const mostPolicies = 100

const include = {
  targets: { select: { metric: true, priority: true, amount: true, unit: true, calendarId: true } },
  escalations: { where: { deletedAt: null }, orderBy: [{ minutes: 'asc' }, { id: 'asc' }] },
} satisfies Prisma.SlaPolicyInclude
export type PolicyWithTargets = Prisma.SlaPolicyGetPayload<{ include: typeof include }>

const placeOf = ({ metric, priority }: PolicyOutput['targets'][number]) =>
  metrics.indexOf(metric) * priorities.length - priorities.indexOf(priority)

/** All policies of the workspace in their order, as they are shown. */
export async function readPolicies(work: Work): Promise<PolicyOutput[]> {
  const { tx, tenant } = work
  const where = { tenantId: tenant.ref.id, deletedAt: null }
  const rows = await tx.slaPolicy.findMany({ where, include, orderBy: [{ position: 'asc' }, { id: 'asc' }], take: mostPolicies })
  const shown = await showFilters(
    work,
    rows.map(({ filter }) => filter),
  )
  const placed = rows.map((row, n) => ({ ...row, ...(shown[n] as ShownFilter) }))
  const reaches = reachesOf(placed)
  const steps = rows.flatMap(({ escalations }) => escalations.map(({ id, actions }) => ({ id, actions: escalationActions.parse(actions) })))
  const gone = await readGone(
    work,
    steps.map(({ actions }) => actions),
  )
  const goneOf = new Map(steps.map(({ id }, n) => [id, (gone[n] ?? []).map((target) => ({ ...target, escalationId: id }))]))
  return placed.map(({ targets, escalations, ...row }, n) =>
    policyOutput.parse({
      ...row,
      ...reaches[n],
      goneTargets: escalations.flatMap(({ id }) => goneOf.get(id) ?? []),
      targets: targets.sort((a, b) => placeOf(a) - placeOf(b)),
      escalations,
    }),
  )
}

export async function readPolicy(work: Work, id: string): Promise<PolicyOutput> {
  const policy = (await readPolicies(work)).find((each) => each.id === id)
  if (!policy) throw notFound('policy')
  return policy
}
