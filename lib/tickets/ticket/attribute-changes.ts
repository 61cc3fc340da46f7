import { invalid } from '../../core/errors'
import type { Work } from '../../events/work'
import type { Attribute } from './attribute'
import { details } from './attribute-names'
import { attributes } from './attributes'
import { knownDepartment, refuseNonStaff } from './lock'
import type { Details } from './schema'

const farthestMs = 5 * 366 * 86_400_000

/**
 * Details as they are stored, by the names of the row's fields.
 * @param departmentId of the ticket, whose categories alone will do
 * @param stored what the ticket has already, which may be offered no more
 * @throws INVALID for a time out of reach, and for what the tenant does not have
 */
export async function readDetails(
  work: Work,
  given: Details,
  departmentId: string | null,
  stored: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given) as [string, string | null | undefined][]) {
    const key = details.get(name)
    if (value === undefined || !key) continue
    read[name] = value
    if (value === null || value === stored[name]) continue
    const { kind } = attributes[key] as Attribute
    if (kind === 'person') await refuseNonStaff(work, value, name)
    if (kind === 'department') await knownDepartment(work, value)
    if (kind === 'category') await refuseForeignCategory(work, value, departmentId, name)
    if (kind === 'instant') read[name] = readInstant(work, value, name)
  }
  return read
}

function readInstant({ now }: Work, value: string, name: string): Date {
  const at = new Date(value)
  if (Math.abs(at.getTime() - now.getTime()) > farthestMs) throw invalid({ [name]: ['tickets.withinFiveYears'] })
  return at
}

/** A category belongs to a department, and so do its tickets. */
async function refuseForeignCategory({ tx, tenant }: Work, id: string, departmentId: string | null, name: string) {
  const row = await tx.category.findFirst({
    where: { tenantId: tenant.ref.id, id, deletedAt: null, isActive: true },
    select: { departmentId: true },
  })
  if (!row) throw invalid({ [name]: ['tickets.noCategory'] })
  if (row.departmentId !== departmentId) throw invalid({ [name]: ['tickets.categoryElsewhere'] })
}
