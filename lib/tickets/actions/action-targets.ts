import { hasAnywhere } from '../../actor/actor'
import type { Permission } from '../../actor/permissions'
import { invalid } from '../../core/errors'
import type { Work } from '../../events/work'
import { readNamed } from '../ticket/named'
import { sharedWith } from '../views/policy'
import { controlsOf, isTarget, type TargetKind, targetKinds } from './action-kinds'
import type { Action, GoneTarget, Recipients } from './schema'

/** What an action names by its id, and in which of its fields. */
interface Target {
  kind: TargetKind
  id: string
  field: string
}

interface TargetEntry {
  /** Who lacks it does not see what the ids stand for, and so names none. */
  permission: Permission
  /** Which of them can be named. */
  find(work: Work, where: { tenantId: string; id: { in: string[] }; deletedAt: null }): Promise<{ id: string }[]>
}

const select = { id: true } as const

const entries: Record<TargetKind, TargetEntry> = {
  person: {
    permission: 'person.view',
    find: ({ tx }, where) => tx.person.findMany({ where: { ...where, status: 'active', role: { not: 'customer' } }, select }),
  },
  department: { permission: 'person.view', find: ({ tx }, where) => tx.department.findMany({ where, select }) },
  category: {
    permission: 'ticket.view',
    find: ({ tx }, where) => tx.category.findMany({ where: { ...where, department: { deletedAt: null } }, select }),
  },
  macro: {
    permission: 'ticket.view',
    find: ({ tx, actor }, where) => tx.macro.findMany({ where: { ...where, ...sharedWith(actor) }, select }),
  },
  webhook: { permission: 'workspace.manage', find: ({ tx }, where) => tx.notificationHook.findMany({ where, select }) },
}

/** What a change goes to, and with `others` those whom it only tells. */
function targetsOf(action: Action, { others }: { others: boolean }): Target[] {
  const data = action as unknown as Record<string, unknown>
  return controlsOf(action.kind).flatMap(([field, control]): Target[] => {
    const value = data[field]
    if (control.kind === 'recipients' && others)
      return (value as Recipients).personIds.map((id, at) => ({ kind: 'person', id, field: `${field}.personIds.${at}` }))
    return isTarget(control) && typeof value === 'string' ? [{ kind: control.kind, id: value, field }] : []
  })
}

/** The ids of those that exist. */
async function existing(work: Work, targets: Target[]): Promise<Set<string>> {
  const found: string[] = []
  for (const kind of targetKinds) {
    const ids = targets.flatMap((target) => (target.kind === kind ? [target.id] : []))
    if (ids.length === 0) continue
    const rows = await entries[kind].find(work, { tenantId: work.tenant.ref.id, id: { in: ids }, deletedAt: null })
    found.push(...rows.map(({ id }) => id))
  }
  return new Set(found)
}

/**
 * For actions that are stored, or done later. What was in them before may stay although the caller does not see it, if it exists.
 * @param actions each with the path of its place in what was sent
 * @throws INVALID naming the field, for what does not exist in the tenant or is not the caller's to see
 */
export async function refuseUnknownTargets(
  work: Work,
  actions: readonly (readonly [path: string, action: Action])[],
  before: readonly Action[] = [],
) {
  const targets = actions.flatMap(([path, action]) =>
    targetsOf(action, { others: true }).map((target) => ({ ...target, field: `${path}.${target.field}` })),
  )
  const known = await existing(work, targets)
  const kept = new Set(before.flatMap((action) => targetsOf(action, { others: true }).map(({ id }) => id)))
  const { actor } = work
  const own = actor.kind === 'person' ? [actor.id, ...actor.departmentIds] : []
  const isSeen = ({ kind, id }: Target) => kept.has(id) || own.includes(id) || hasAnywhere(actor, entries[kind].permission)
  const unknown = targets.filter((target) => !known.has(target.id) || !isSeen(target))
  if (unknown.length > 0) throw invalid(Object.fromEntries(unknown.map(({ kind, field }) => [field, [`actions.unknown.${kind}`]])))
}

/** What of stored actions is no longer there: for each list of actions, what it names that it can't go to any more. */
export async function readGone(work: Work, lists: readonly (readonly Action[])[]): Promise<GoneTarget[][]> {
  const targets = lists.map((actions) =>
    actions.flatMap((action, place) => targetsOf(action, { others: true }).map(({ kind, id }) => ({ kind, id, place }))),
  )
  const known = await existing(
    work,
    targets.flat().map((target) => ({ ...target, field: '' })),
  )
  const gone = targets.map((list) => list.filter(({ id }) => !known.has(id)))
  const names = await readNames(work, gone.flat())
  return gone.map((list) => list.map((target) => ({ ...target, name: names.get(target.id) ?? null })))
}

async function readNames(work: Work, gone: readonly { kind: TargetKind; id: string }[]): Promise<Map<string, string>> {
  const { tx, tenant } = work
  const names = new Map<string, string>()
  for (const kind of targetKinds) {
    const ids = gone.flatMap((target) => (target.kind === kind ? [target.id] : []))
    if (ids.length === 0) continue
    const asked = { where: { tenantId: tenant.ref.id, id: { in: ids } }, select: { id: true, name: true } }
    const rows =
      kind === 'webhook'
        ? await tx.notificationHook.findMany(asked)
        : kind === 'macro'
          ? await tx.macro.findMany(asked)
          : [...(await readNamed(work, kind, ids)).values()]
    for (const { id, name } of rows) names.set(id, name)
  }
  return names
}

/** @throws INVALID naming the field, where what an action goes to is gone since it was stored */
export async function refuseGone(work: Work, action: Action) {
  const targets = targetsOf(action, { others: false })
  const known = await existing(work, targets)
  const gone = targets.filter(({ id }) => !known.has(id))
  if (gone.length > 0) throw invalid(Object.fromEntries(gone.map(({ kind, field }) => [field, [`actions.gone.${kind}`]])))
}
