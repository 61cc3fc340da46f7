import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { grantable, type Permission, permissionNames, type RoleName } from '../actor/permissions'
import { newId } from '../core/id'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Ids, idFieldsOf, modelOf, requestOf, sample, sendUndone, type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { exampleOf } from '../testing/examples'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { type DataModel, dataModels, idOfEach } from '../testing/rows'

/** What a procedure on a ticket asks of staff. Of customers, those that are for them ask what `ofCustomers` says, or the same. */
type Need = 'view' | 'reply' | 'note' | 'assign' | 'update' | 'delete' | 'rate'
interface Rule {
  need: Need
  ofCustomers?: Need
  /** Of a second rule for the same procedure: its name, and what it is called with. */
  procedure?: string
  also?: Need
  input?: (personId: string) => object
  /** Puts what the procedure works on into a state in which the person may be let through. */
  state?: (personId: string) => string[]
}

const ownNote = (personId: string) => [`UPDATE ticket_message SET kind = 'note', person_id = '${personId}'`]
const isReply = () => [`UPDATE ticket_message SET kind = 'reply'`]
const isResolved = () => [`UPDATE ticket SET status = 'resolved', resolved_at = now()`]
const isShared = () => [
  `UPDATE macro SET scope = 'desk', changes = '[{"kind":"priority","priority":"high"}]'`,
  `UPDATE canned_response SET scope = 'desk'`,
]

/** Every procedure on one ticket. One that is missing here fails the first test. */
const rules: Record<string, Rule> = {
  'tickets.get': { need: 'view' },
  'tickets.page': { need: 'view' },
  'tickets.messages': { need: 'view' },
  'tickets.attachments': { need: 'view' },
  'tickets.markRead': { need: 'view' },
  'tickets.edits': { need: 'view' },
  'tickets.merges': { need: 'view' },
  'tickets.discardDraft': { need: 'view' },
  'sla.ledger': { need: 'view' },
  'sla.exportLedger': { need: 'view' },
  'cannedResponses.fill': { need: 'view', state: isShared },
  'signature.ofTicket': { need: 'view' },
  'tickets.participants': { need: 'view' },
  'tickets.reply': { need: 'reply' },
  'tickets.attach': { need: 'reply' },
  'tickets.checkAddressees': { need: 'reply' },
  'tickets.saveDraft': { need: 'reply' },
  'tickets.sendDraft': { need: 'reply' },
  'tickets.editNote': { need: 'note', state: ownNote },
  'tickets.assign': { need: 'assign' },
  'tickets.close': { need: 'update', ofCustomers: 'reply' },
  'tickets.reopen': { need: 'update', ofCustomers: 'reply', state: isResolved },
  // Its requester does, and nobody else.
  'tickets.rate': { need: 'rate', ofCustomers: 'reply', state: isResolved },
  'tickets.changeStatus': { need: 'update' },
  'tickets.changePriority': { need: 'update' },
  'tickets.changeDepartment': { need: 'update' },
  'tickets.changeTags': { need: 'update' },
  'tickets.changeDetails': { need: 'update' },
  'tickets.changeFields': { need: 'update' },
  'tickets.replace': { need: 'update' },
  'tickets.confirmSender': { need: 'update' },
  'tickets.archive': { need: 'update' },
  // Of someone else: whoever may see a ticket watches it themselves.
  'tickets.watch': { need: 'update' },
  'tickets.unwatch': { need: 'update' },
  // As the solution, which customers see.
  'tickets.markMessage': { need: 'update', state: isReply },
  'tickets.addParticipant': { need: 'update' },
  'tickets.removeParticipant': { need: 'update' },
  'tickets.link': { need: 'update' },
  'tickets.unlink': { need: 'update' },
  'tickets.merge': { need: 'update' },
  'tickets.previewMerge': { need: 'update' },
  'tickets.undoMerge': { need: 'update' },
  'tickets.split': { need: 'update', state: isReply },
  'tickets.changeRequester': { need: 'update' },
  'files.accept': { need: 'update' },
  'tickets.applyMacro': { need: 'update', state: isShared },
  'tickets.watch oneself': { need: 'view', procedure: 'tickets.watch', input: (personId) => ({ personId }) },
  'tickets.unwatch oneself': { need: 'view', procedure: 'tickets.unwatch', input: (personId) => ({ personId }) },
  'tickets.reply as a note': { need: 'note', procedure: 'tickets.reply', input: () => ({ isInternal: true }) },
  'tickets.saveDraft of a note': { need: 'note', procedure: 'tickets.saveDraft', input: () => ({ kind: 'note' }) },
  'tickets.sendDraft and resolve': {
    need: 'update',
    procedure: 'tickets.sendDraft',
    input: () => ({ thenStatus: 'resolved' }),
    also: 'reply',
  },
  'tickets.markMessage as liked': { need: 'view', procedure: 'tickets.markMessage', input: () => ({ mark: 'like' }) },
  'tickets.markMessage as flagged': { need: 'update', procedure: 'tickets.markMessage', input: () => ({ mark: 'flag' }) },
  'tickets.delete': { need: 'delete' },
  'tickets.restore': { need: 'delete' },
}

/** On one ticket, but on a person's own side of it, whatever they may do with the ticket by now. */
const own: Record<string, string> = {
  'tickets.undoCreation': 'what someone created a moment ago is theirs to take back; nobody else has anything to take back there',
  'tickets.takeBack': 'what someone wrote and that is not out yet is theirs',
  'tickets.undo': 'what someone did a moment ago is theirs, as far as the policy of that action lets them put it back',
}

const isOnTicket = (target: Target) =>
  target.path.startsWith('/ticket/') && idFieldsOf(target).some((field) => /^(id|mergeId)$/.test(field)) && !target.path.includes('/bulk/')
const onTicket = targets.filter((target) => isOnTicket(target) && !(target.name in own))

openTestDatabase()

let tenant: ResolvedTenant
let models: DataModel['models']
let ids: Ids
let department: string
let otherDepartment: string
let otherTicket: string
/** Which they may link and merge with, so that it is not for the other one that they are refused. */
let thirdTicket: string

beforeAll(async () => {
  tenant = await makeTenant('policies')
  const tenantId = tenant.ref.id
  await makePerson(tenant, 'owner')
  const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ where: { tenantId }, orderBy: { isDefault: 'asc' } }))
  department = departments.find(({ isDefault }) => !isDefault)?.id as string
  otherDepartment = departments.find(({ id, isDefault }) => !isDefault && id !== department)?.id ?? newId()
  const email = 'requester@example.com'
  const ticket = await makeTicket(tenant, { departmentId: department, email })
  otherTicket = (await makeTicket(tenant, { departmentId: department })).id
  thirdTicket = (await makeTicket(tenant, { departmentId: department })).id
  const clients = await dataModels(tenant)
  models = { ...clients.tenant.models, ...clients.platform.models }
  ids = await idOfEach(tenant)
  expect(ids.Ticket).toBe(ticket.id)
})
beforeEach(forgetRateLimits)

interface Given {
  role: RoleName
  /** Of a custom role, where it is not the built-in one. */
  permissions?: readonly Permission[]
  isMember?: boolean
  isRequester?: boolean
  here?: readonly Permission[]
  inDepartment?: readonly Permission[]
  elsewhere?: readonly Permission[]
  linkTo?: 'other'
}

async function makeActor({ role, permissions, isMember, isRequester, here = [], inDepartment = [], elsewhere = [], linkTo }: Given) {
  const tenantId = tenant.ref.id
  const person = await makePerson(tenant, role)
  const grants = [
    ...here.map((permission) => ({ permission, objectType: 'ticket' as const, objectId: ids.Ticket as string })),
    ...elsewhere.map((permission) => ({ permission, objectType: 'ticket' as const, objectId: otherTicket })),
    ...elsewhere.map((permission) => ({ permission, objectType: 'department' as const, objectId: otherDepartment })),
    ...(role === 'agent' ? all : []).map((permission) => ({ permission, objectType: 'ticket' as const, objectId: thirdTicket })),
    ...inDepartment.map((permission) => ({ permission, objectType: 'department' as const, objectId: department })),
  ]
  await inWork(tenant, async ({ tx }) => {
    const where = { tenantId_id: { tenantId, id: person.id } }
    if (permissions) {
      const custom = await tx.role.create({ data: { tenantId, id: newId(), name: newId(), permissions: [...permissions] } })
      await tx.person.update({ where, data: { customRoleId: custom.id } })
    }
    if (isMember) await tx.departmentMember.create({ data: { tenantId, departmentId: department, personId: person.id } })
    const requester = { tenantId_id: { tenantId, id: ids.Contact as string } }
    if (isRequester) await tx.contact.update({ where: requester, data: { personId: person.id } })
    if (linkTo) await tx.session.update({ where: { tenantId_id: { tenantId, id: person.sessionId } }, data: { ticketId: otherTicket } })
    await tx.grant.createMany({ data: grants.map((grant) => ({ ...grant, tenantId, id: newId(), personId: person.id })) })
  })
  return person
}

const all = grantable.ticket
const everything: Need[] = ['view', 'reply', 'note', 'assign', 'update', 'delete']
const allButDelete = everything.filter((need) => need !== 'delete')

/** Who may do what with the ticket, and whether it is there for them where they may not. */
const actors: (Given & { who: string; may: Need[]; sees: boolean })[] = [
  { who: 'an owner', role: 'owner', may: everything, sees: true },
  { who: 'a moderator', role: 'moderator', may: everything, sees: true },
  { who: 'an agent of its department', role: 'agent', isMember: true, may: allButDelete, sees: true },
  {
    who: 'an agent of its department who only views, granted all elsewhere',
    role: 'agent',
    permissions: ['ticket.view'],
    isMember: true,
    elsewhere: all,
    may: ['view'],
    sees: true,
  },
  { who: 'an agent of another department', role: 'agent', may: [], sees: false },
  { who: 'an agent of another department, granted all elsewhere', role: 'agent', elsewhere: all, may: [], sees: false },
  { who: 'an agent of another department, granted view', role: 'agent', here: ['ticket.view'], elsewhere: all, may: ['view'], sees: true },
  {
    who: 'an agent of another department whose role is everything, granted view',
    role: 'agent',
    permissions: permissionNames,
    here: ['ticket.view'],
    may: ['view'],
    sees: true,
  },
  ...(['reply', 'note', 'assign', 'update'] as const).map((need) => ({
    who: `an agent of another department, granted view and ${need}`,
    role: 'agent' as const,
    here: ['ticket.view', `ticket.${need}`] as const,
    elsewhere: all,
    may: ['view', need] as Need[],
    sees: true,
  })),
  { who: 'an agent granted all on its department', role: 'agent', inDepartment: all, may: allButDelete, sees: true },
  { who: 'an agent without permissions, granted all', role: 'agent', permissions: [], here: all, may: allButDelete, sees: true },
  { who: 'its requester', role: 'customer', isRequester: true, may: ['view', 'reply'], sees: true },
  { who: 'another customer', role: 'customer', may: [], sees: false },
  { who: 'another customer, granted all elsewhere', role: 'customer', elsewhere: all, may: [], sees: false },
  { who: 'another customer, granted view', role: 'customer', here: ['ticket.view'], elsewhere: all, may: ['view'], sees: true },
  { who: 'its requester by a link about another', role: 'customer', isRequester: true, linkTo: 'other', may: [], sees: false },
]

const cases = Object.entries(rules).map(([title, rule]) => ({ title, rule, name: rule.procedure ?? title }))

it('each procedure on a ticket has a rule', () => {
  expect(onTicket.map(({ name }) => name).sort()).toEqual([...new Set(cases.map(({ name }) => name))].sort())
})

describe('an owner, after it was merged', () => {
  let owner: TestPerson
  beforeAll(async () => {
    owner = await makeActor({ role: 'owner' })
  })
  /** What goes on where it went, and what is refused for what it is. */
  const goesOn = new Set(['tickets.reply', 'tickets.reply as a note', 'tickets.undoMerge', 'tickets.restore'])
  const working = cases.filter(({ title, rule }) => !['view', 'delete', 'rate'].includes(rule.need) && !goesOn.has(title))

  it.each(working)('$title', async ({ name, rule: { input, state } }) => {
    const target = onTicket.find((each) => each.name === name) as Target
    const idOf = (field: string) => (/^(other|otherId|into)$/.test(field) ? thirdTicket : (ids[modelOf(target, field, models)] as string))
    const example = exampleOf(target, sample(target, idOf), ids)
    const request = requestOf(target, { ...example.input, ...input?.(owner.id) })
    const merged = `UPDATE ticket SET merged_into_id = '${otherTicket}' WHERE id = '${ids.Ticket}'`
    const { status, text } = await sendUndone(tenant, owner, request, [...(example.state ?? []), ...(state?.(owner.id) ?? []), merged])
    expect(status, text).toBe(422)
    expect(text).toContain('was merged into')
  })
})

describe.each(actors)('$who', ({ may, sees, ...given }) => {
  let person: TestPerson
  beforeAll(async () => {
    person = await makeActor(given)
  })

  it.each(cases)('$title', async ({ name, rule: { need, also = need, ofCustomers, input, state } }) => {
    const target = onTicket.find((each) => each.name === name) as Target
    const idOf = (field: string) => (/^(other|otherId|into)$/.test(field) ? thirdTicket : (ids[modelOf(target, field, models)] as string))
    const example = exampleOf(target, sample(target, idOf), ids)
    const request = requestOf(target, { ...example.input, ...input?.(person.id) })
    const { status, text } = await sendUndone(tenant, person, request, [...(example.state ?? []), ...(state?.(person.id) ?? [])])
    const isCustomer = given.role === 'customer'
    const isAllowed = isCustomer
      ? target.meta.audience === 'customer' && may.includes(ofCustomers ?? need)
      : may.includes(need) && may.includes(also)
    if (!isAllowed) return expect([403, 404], text).toContain(status)
    expect([401, 403, 404], `${status} ${text}`).not.toContain(status)
    expect(status, text).toBeLessThan(500)
  })

  it(sees ? 'finds it' : 'does not find it', async () => {
    expect((await person.request('GET', `/ticket/${ids.Ticket}`)).status === 200).toBe(sees)
  })
})
