import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../actor/actor'
import { type Permission, type RoleName, rolePermissions } from '../../actor/permissions'
import { newId } from '../../core/id'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { personActor } from '../../testing/actors'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant } from '../../testing/factories'
import { canChangeShared, refuseSharing, sharedWith } from './policy'
import type { ViewScope } from './schema'

openTestDatabase()

const system: Actor = { kind: 'system', name: 'test' }
const names = ['theirs', 'other', 'deleted', 'foreign'] as const
type Name = (typeof names)[number]
const ids = {} as Record<Name | 'me' | 'colleague', string>
let tenant: ResolvedTenant

beforeAll(async () => {
  tenant = await makeTenant('sharing')
  const neighbour = await makeTenant('neighbour')
  ids.me = (await makePerson(tenant, 'agent')).id
  ids.colleague = (await makePerson(tenant, 'owner')).id
  for (const name of names) {
    const owner = name === 'foreign' ? neighbour : tenant
    ids[name] = newId()
    await inWork(owner, ({ tx }) =>
      tx.department.create({
        data: { tenantId: owner.ref.id, id: ids[name], name, slug: name, deletedAt: name === 'deleted' ? new Date() : null },
      }),
    )
  }
})

const person = (role: RoleName, departments: Name[] = [], permissions: readonly Permission[] = rolePermissions[role]) =>
  personActor({ id: ids.me, role, permissions: new Set(permissions), departmentIds: departments.map((name) => ids[name]) })

const sharer: readonly Permission[] = [...rolePermissions.agent, 'view.share']

describe('sharing', () => {
  it.each<{ who: string; actor: () => Actor; scope: ViewScope; department?: Name; refused?: string }>([
    { who: 'an agent', actor: () => person('agent'), scope: 'personal' },
    { who: 'an agent', actor: () => person('agent', ['theirs']), scope: 'department', department: 'theirs', refused: 'FORBIDDEN' },
    { who: 'an agent', actor: () => person('agent'), scope: 'desk', refused: 'FORBIDDEN' },
    { who: 'an agent who may share', actor: () => person('agent', ['theirs'], sharer), scope: 'department', department: 'theirs' },
    { who: 'an agent who may share', actor: () => person('agent', ['theirs'], sharer), scope: 'desk' },
    {
      who: 'an agent who may share',
      actor: () => person('agent', ['theirs'], sharer),
      scope: 'department',
      department: 'other',
      refused: 'INVALID',
    },
    {
      who: 'an agent who may share and is of a deleted department',
      actor: () => person('agent', ['deleted'], sharer),
      scope: 'department',
      department: 'deleted',
      refused: 'INVALID',
    },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'department', department: 'other' },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'department', department: 'deleted', refused: 'INVALID' },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'department', department: 'foreign', refused: 'INVALID' },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'department', refused: 'INVALID' },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'desk', department: 'theirs', refused: 'INVALID' },
    { who: 'an agent', actor: () => person('agent', ['theirs']), scope: 'personal', department: 'theirs', refused: 'INVALID' },
  ])('by $who with $scope $department', async ({ actor, scope, department, refused }) => {
    const departmentId = department ? ids[department] : null
    const shared = inWork(tenant, (work) => refuseSharing({ ...work, actor: actor() }, { scope, departmentId }))
    if (refused) await expect(shared).rejects.toMatchObject({ code: refused })
    else await expect(shared).resolves.toBeUndefined()
  })
})

describe('changing what is shared', () => {
  it.each<{ who: string; actor: () => Actor; scope: ViewScope; owner?: 'me' | 'colleague'; may: boolean }>([
    { who: 'its maker', actor: () => person('agent'), scope: 'personal', may: true },
    { who: 'the owner', actor: () => person('owner'), scope: 'personal', owner: 'colleague', may: false },
    { who: 'the product', actor: () => system, scope: 'personal', owner: 'colleague', may: false },
    { who: 'its maker', actor: () => person('agent'), scope: 'department', may: false },
    { who: 'its maker', actor: () => person('agent'), scope: 'desk', may: false },
    { who: 'an agent who may share', actor: () => person('agent', [], sharer), scope: 'desk', owner: 'colleague', may: true },
    { who: 'a moderator', actor: () => person('moderator'), scope: 'department', owner: 'colleague', may: true },
  ])('of scope $scope by $who: $may', ({ actor, scope, owner = 'me', may }) => {
    expect(canChangeShared(actor(), { scope, ownerId: ids[owner] })).toBe(may)
  })
})

describe('what is shared', () => {
  beforeAll(async () => {
    const tenantId = tenant.ref.id
    const shared = { tenantId, filter: '', sort: 'created', columns: [], ownerId: ids.colleague, departmentId: null }
    await inWork(tenant, ({ tx }) =>
      tx.view.createMany({
        data: [
          { ...shared, id: newId(), name: 'mine', scope: 'personal', ownerId: ids.me },
          { ...shared, id: newId(), name: "a colleague's", scope: 'personal' },
          { ...shared, id: newId(), name: "my department's", scope: 'department', departmentId: ids.theirs },
          { ...shared, id: newId(), name: "another department's", scope: 'department', departmentId: ids.other },
          { ...shared, id: newId(), name: 'for all', scope: 'desk' },
        ],
      }),
    )
  })

  it.each<{ who: string; actor: () => Actor; sees: string[] }>([
    { who: 'nobody', actor: () => ({ kind: 'anonymous' }), sees: [] },
    { who: 'a customer', actor: () => person('customer', ['theirs']), sees: [] },
    { who: 'an agent of a department', actor: () => person('agent', ['theirs']), sees: ['mine', "my department's", 'for all'] },
    { who: 'an agent of none', actor: () => person('agent'), sees: ['mine', 'for all'] },
    {
      who: 'an agent who may share',
      actor: () => person('agent', ['other'], sharer),
      sees: ['mine', "another department's", 'for all'],
    },
    { who: 'a moderator', actor: () => person('moderator'), sees: ['mine', "my department's", "another department's", 'for all'] },
  ])('$who sees $sees', async ({ actor, sees }) => {
    const where = { tenantId: tenant.ref.id, ...sharedWith(actor()) }
    const found = await inWork(tenant, ({ tx }) => tx.view.findMany({ where, select: { name: true }, orderBy: { id: 'asc' } }))
    const names = found.map(({ name }) => name).filter((name) => /^(mine|for all)$|'s$/.test(name))
    expect(names).toEqual(sees)
  })
})
