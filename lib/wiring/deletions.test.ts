import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { type DeletionKind, deletionKinds } from '../deletion/schema'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { requestOf, sample, type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'

/**
 * What a person deletes can be restored, as it was. Which procedures delete is read from the router: a new one is in here
 * without anyone adding it, and fails until it says how it is taken back.
 */
openTestDatabase()

/** Deletes nothing that is kept: why it has no counterpart under `restore`. */
const exempt: Record<string, string> = {
  'account.revokeSession': 'a session that was ended is not opened again',
  'account.revokeToken': 'a secret that was revoked is not good again',
  'roles.removeGrant': 'a permission is given anew by somebody who has it',
  'domains.remove': 'the name is free for others; adding it again asks for proof',
  'tickets.unwatch': 'taken off a list, and put on it again by `tickets.watch`',
  'tickets.unlink': 'taken off a list, and put on it again by `tickets.link`',
  'tickets.removeParticipant': 'taken off a list, and put on it again by `tickets.addParticipant`',
  'mail.removeSuppression': 'a rule that is lifted, and made again by `mail.addSuppression`; nothing of anybody is deleted',
  'tickets.discardDraft': 'thrown away before anybody else saw it',
  'mail.unignoreList': 'a rule that is lifted; nothing of anybody is deleted',
  'mail.unblockSender': 'a rule that is lifted; nothing of anybody is deleted',
  'files.remove': 'taken off a message that was not sent',
  'notifications.unsubscribe': 'taken off a list, and put on it again by `notifications.subscribe`',
  'contacts.erase': 'the one way to delete for good, on demand of whom it is about',
  'business.delete': 'the same as `platform.deleteTenant` by another address',
  'kb.deleteComment': 'what a reader wrote, taken away for good; `kb.rejectComment` hides and keeps it',
  'kb.discardImport': 'nothing of it is deleted but the file that was uploaded, which is uploaded again',
  'kb.deleteSynonym': 'a few words, which are in the audit trail and typed again',
  'platform.removeAdmin': 'no tenant’s; `platform.addAdmin` with the same address restores',
}

const deleting = targets.filter(
  ({ method, name }) => method === 'DELETE' || (method !== 'GET' && /delete|remove|discard|purge|erase/i.test(name)),
)
const counterpart = ({ name }: Target) => name.replace(/\.delete/, '.restore')
const restorable = deleting.filter(({ name }) => !(name in exempt))

let tenant: ResolvedTenant
let there: ResolvedTenant
let admin: TestPerson
let foreign: TestPerson
beforeAll(async () => {
  tenant = await makeTenant()
  there = await makeTenant()
  admin = await makePerson(tenant, 'owner')
  foreign = await makePerson(there, 'owner')
})
beforeEach(forgetRateLimits)

const json = async (response: Response) => {
  const text = await response.text()
  expect(response.status, text).toBeLessThan(300)
  return JSON.parse(text)
}
const post = async (path: string, body: object) => json(await admin.request('POST', path, body))
const nameOf = (kind: string) => `Zanzibar ${kind}`

/** One of each kind with as much about it as it can have, where it is read, and all the lists that name it. */
const made: Record<DeletionKind, { make: () => Promise<{ id: string; version?: number }>; at: (id: string) => string; lists: string[] }> = {
  ticket: {
    make: () => makeTicket(tenant, { title: nameOf('ticket') }),
    at: (id) => `/ticket/${id}`,
    lists: ['/ticket', '/ticket?q=Zanzibar'],
  },
  contact: {
    make: () =>
      post('/contacts', {
        name: nameOf('contact'),
        emails: ['zan@zibar.test', 'second@zibar.test'],
        phones: ['+255 1'],
        tags: ['vip'],
        notes: 'N',
      }),
    at: (id) => `/contacts/${id}`,
    lists: ['/contacts', '/contacts?q=Zanzibar', '/contacts/export'],
  },
  organisation: {
    async make() {
      const made = await post('/organisations', {
        name: nameOf('organisation'),
        domains: ['isles.test'],
        tier: 'premium',
        sharesTickets: true,
      })
      await post('/contacts', { name: 'Asha', emails: ['asha@isles.test'] })
      return json(await admin.request('GET', `/organisations/${made.id}`))
    },
    at: (id) => `/organisations/${id}`,
    lists: ['/organisations', '/contacts', '/contacts?q=Asha'],
  },
  person: {
    async make() {
      const { items } = await json(await admin.request('GET', '/department'))
      return post('/users', { name: nameOf('person'), email: 'person@zanzibar.test', role: 'agent', departmentIds: [items[0].id] })
    },
    at: (id) => `/users/${id}`,
    lists: ['/users', '/department', '/users?q=Zanzibar'],
  },
  role: {
    make: () => post('/roles', { name: nameOf('role'), description: 'D', permissions: ['ticket.view'] }),
    at: () => '/roles',
    lists: ['/roles'],
  },
  department: {
    async make() {
      const made = await post('/department', {
        name: nameOf('department'),
        memberIds: [admin.id],
        leadId: admin.id,
        routing: 'round_robin',
        routingCap: 4,
      })
      await post('/categories', { name: 'Cloves', departmentId: made.id })
      return made
    },
    at: (id) => `/department/${id}`,
    lists: ['/department', '/public/departments', '/categories', '/users'],
  },
  category: {
    async make() {
      const { items } = await json(await admin.request('GET', '/department'))
      return post('/categories', { name: nameOf('category'), departmentId: items[0].id, defaultPriority: 'high' })
    },
    at: () => '/categories',
    lists: ['/categories', '/public/categories'],
  },
  sla_policy: {
    make: () =>
      post('/sla', {
        name: nameOf('sla_policy'),
        filter: 'priority:urgent',
        targets: [{ metric: 'resolution', priority: 'urgent', amount: 4, unit: 'hours', calendarId: null }],
        escalations: [{ metric: 'resolution', kind: 'reminder', minutes: -30, actions: [{ kind: 'assign', assigneeId: null }] }],
      }),
    at: (id) => `/sla/${id}`,
    lists: ['/sla'],
  },
  calendar: {
    make: () => post('/calendars', { name: nameOf('calendar'), timezone: 'Africa/Nairobi', schedule: { mon: [['09:00', '17:00']] } }),
    at: () => '/calendars',
    lists: ['/calendars'],
  },
  field: {
    make: () => post('/fields', { name: nameOf('field'), key: 'zanzibar', kind: 'select', options: ['a', 'b'], isPublic: true, hint: 'H' }),
    at: () => '/fields',
    lists: ['/fields', '/public/fields'],
  },
  canned_response: {
    make: () => post('/canned-responses', { name: nameOf('canned_response'), scope: 'desk', bodyHtml: '<p>Hello {{requester.name}}</p>' }),
    at: () => '/canned-responses',
    lists: ['/canned-responses'],
  },
  macro: {
    make: () =>
      post('/macros', { name: nameOf('macro'), scope: 'desk', changes: [{ kind: 'priority', priority: 'high' }], bodyHtml: '<p>Hi</p>' }),
    at: () => '/macros',
    lists: ['/macros'],
  },
  view: {
    make: () => post('/views', { name: nameOf('view'), scope: 'desk', filter: 'status:open' }),
    at: () => '/views',
    lists: ['/views'],
  },
  hook: {
    make: async () =>
      (
        await post('/notifications/hooks', {
          name: nameOf('hook'),
          kind: 'json',
          url: 'https://hooks.example.com/x',
          types: ['ticket_created'],
        })
      ).hook,
    at: () => '/notifications/hooks',
    lists: ['/notifications/hooks'],
  },
  mailbox: {
    async make() {
      const { items } = await json(await admin.request('GET', '/department'))
      const given = { senderName: 'Zan', departmentId: items[0].id, preset: 'hostinger', isIncoming: false, folders: ['INBOX', 'Leads'] }
      return post('/settings/mail/integrations', {
        ...given,
        name: nameOf('mailbox'),
        address: 'zan@isles.test',
        outgoing: { password: 'cloves' },
      })
    },
    at: (id) => `/settings/mail/integrations/${id}`,
    lists: ['/settings/mail/integrations'],
  },
  kb_category: { make: () => knowledge(), at: (id) => `/kb/categories/${id}`, lists: ['/kb/categories', '/public/kb/categories'] },
  kb_article: {
    async make() {
      const { id: categoryId } = await knowledge()
      const given = { title: nameOf('kb_article'), categoryId, content: '<p>Cloves.</p>', tags: ['spice'], reviewerIds: [admin.id] }
      const { id, version } = await post('/kb/articles', given)
      return post(`/kb/articles/${id}/publish`, { version })
    },
    at: (id) => `/kb/articles/${id}`,
    lists: ['/kb/articles', '/kb/articles?q=Zanzibar', '/public/kb/articles'],
  },
}

const knowledge = async () =>
  post('/kb/categories', {
    name: nameOf('kb_category'),
    description: 'D',
    icon: 'star',
    translations: [{ locale: 'de', name: 'Sansibar' }],
  })

const deleteOf: Record<DeletionKind, string> = {
  ticket: 'tickets.delete',
  contact: 'contacts.delete',
  organisation: 'organisations.delete',
  person: 'people.delete',
  role: 'roles.delete',
  department: 'departments.delete',
  category: 'categories.delete',
  sla_policy: 'sla.delete',
  calendar: 'calendars.delete',
  field: 'fields.delete',
  canned_response: 'cannedResponses.delete',
  macro: 'macros.delete',
  view: 'views.delete',
  hook: 'notifications.deleteHook',
  mailbox: 'mailboxes.delete',
  kb_category: 'kb.deleteCategory',
  kb_article: 'kb.deleteArticle',
}

/** Everything that answers with a list, and what a search for the name finds. */
const told: Record<string, string> = {
  'audit.list': 'what happened is never forgotten',
  'audit.export': 'the same',
  'deletions.list': 'what can be restored',
  'tickets.deleted': 'tickets that can be restored',
}
const doors = targets
  .filter(({ method, path, meta, name, schema }) => {
    const isList = method === 'GET' && !path.includes('{') && !schema.required?.length
    return isList && meta.audience !== 'platform' && !path.startsWith('/platform') && !(name in told)
  })
  .flatMap(({ path, schema }) => [path, ...(schema.properties?.q ? [`${path}?q=Zanzibar`] : [])])

const target = (name: string) => targets.find((each) => each.name === name) as Target

describe('what a person deletes', () => {
  it.each(restorable)('$name has a counterpart that restores, under the same permission', (deletes) => {
    const restores = target(counterpart(deletes))
    expect(restores, 'no procedure restores it, and nothing says why not').toBeDefined()
    expect(restores).toMatchObject({ method: 'POST', path: `${deletes.path}/restore` })
    expect(restores.meta).toMatchObject({ permission: deletes.meta.permission, audience: deletes.meta.audience })
    if (deletes.meta.audience !== 'platform') expect(Object.values(deleteOf), 'say how one is made').toContain(deletes.name)
  })

  it('says of nothing that is not there why it is exempt', () => {
    expect(Object.keys(exempt).filter((name) => !deleting.some((each) => each.name === name))).toEqual([])
  })

  it('is looked for behind every door', () => {
    expect(doors).toEqual(expect.arrayContaining(['/ticket', '/contacts?q=Zanzibar', '/contacts/export', '/ticket/export', '/users']))
  })

  it.each(deletionKinds)('%s is nowhere while it is deleted, and comes back as it was', async (kind) => {
    const { make, at, lists } = made[kind]
    const deletes = target(deleteOf[kind])
    const restores = target(counterpart(deletes))
    const { id, version } = await make()
    await drainBackground()
    const read = async (path: string) => {
      const response = await admin.request('GET', path)
      return `${response.status} ${await response.text()}`
    }
    const paths = [at(id), ...lists]
    const before = await Promise.all(paths.map(read))
    for (const [i, text] of before.entries()) expect(text, paths[i]).toMatch(new RegExp(`^200 .*(${id}|${nameOf(kind)})`, 's'))

    const given = sample(deletes, () => id)
    await json(await admin.request(...requestOf(deletes, 'version' in given ? { ...given, version } : given)))
    await drainBackground()
    for (const path of [...paths, ...doors]) {
      const text = await read(path)
      expect(text, path).not.toContain(nameOf(kind))
      expect(text, path).not.toContain(id)
    }
    const listed = (await json(await admin.request('GET', `/deleted?kind=${kind}`))).items
    expect(listed).toMatchObject([{ kind, id, name: expect.stringContaining(nameOf(kind)), deletedBy: admin.name, goneAt: null }])

    // Of another tenant it is neither listed nor restored, and who is no admin of it is refused.
    expect(await (await foreign.request('GET', '/deleted')).text()).not.toContain(id)
    expect((await foreign.request(...requestOf(restores, { id }))).status).toBe(404)
    expect((await send(tenant, ...requestOf(restores, { id }))).status).toBe(401)

    await json(await admin.request(...requestOf(restores, { id })))
    await drainBackground()
    const after = await Promise.all(paths.map(read))
    expect(after.map(unchanging(kind))).toEqual(before.map(unchanging(kind)))
    expect((await json(await admin.request('GET', `/deleted?kind=${kind}`))).items).toEqual([])
    expect((await admin.request(...requestOf(restores, { id }))).status, 'twice').toBe(404)
  })
})

/** Browsers follow a ticket by its version; and the people of an organisation change as they leave and come back. */
const unchanging = (kind: DeletionKind) => (text: string) =>
  kind === 'ticket' || kind === 'organisation' ? text.replace(/"(version|updatedAt|publicVersion)":("[^"]*"|\d+)/g, '') : text
