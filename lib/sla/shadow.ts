import { type Filter, maxStoredLength, parseFilter } from '../core/filter'
import type { Reference } from '../core/schema'
import { coveredBy, meetsNothing } from '../tickets/ticket/cover'
import type { ShownFilter } from '../tickets/ticket/schema'

interface Placed extends Reference, Pick<ShownFilter, 'filterById' | 'findsNothing'> {
  isActive: boolean
}

export interface Reach {
  /** Why no ticket comes under it; null where some may. */
  neverApplies: 'gone' | 'contradiction' | 'shadowed' | null
  /** The policies above it that apply to all of its tickets first. */
  shadowedBy: Reference[]
  /** Whether it would be reached above them, and each of them still below it. */
  moveHelps: boolean
}

const reached: Reach = { neverApplies: null, shadowedBy: [], moveHelps: false }

/** For all policies of a workspace together: whatever their conditions are, nobody waits long for what is said of them. */
const most = { one: 40_000, several: 20_000 }

/** Which of the policies, in their order, can never apply, and why. Only what is certain is said. */
export function reachesOf(policies: readonly Placed[]): Reach[] {
  const steps = { one: { left: most.one }, several: { left: most.several } }
  const before: (Reference & { filter: Filter })[] = []
  return policies.map(({ id, name, isActive, filterById, findsNothing }): Reach => {
    if (!isActive) return reached
    if (findsNothing) return { ...reached, neverApplies: 'gone' }
    const filter = parseFilter(filterById, maxStoredLength)
    if (meetsNothing(filter, steps.several)) return { ...reached, neverApplies: 'contradiction' }
    const covering = coveredBy(filter, before, steps)
    const own = { id, name, filter }
    before.push(own)
    if (!covering) return reached
    const moveHelps = covering.every((policy) => !coveredBy(policy.filter, [own], steps))
    return { neverApplies: 'shadowed', shadowedBy: covering.map((policy) => ({ id: policy.id, name: policy.name })), moveHelps }
  })
}
