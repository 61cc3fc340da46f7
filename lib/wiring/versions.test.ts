import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ResolvedTenant } from '../tenancy/resolve'
import { targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { proceduresOf } from '../testing/exercised'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let departmentId: string
beforeAll(async () => {
  tenant = await makeTenant('versions')
  owner = await makePerson(tenant, 'owner')
  departmentId = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow())).id
})

type Body = Record<string, unknown>
interface Thing {
  path: string
  made: () => Body
  changed?: () => Body
}

const hours = { mon: [['09:00', '17:00']] }
const target = { metric: 'first_response', priority: 'medium', amount: 1, unit: 'hours' }

/** All that people make and edit, with what is asked for. */
const things: Record<string, Thing> = {
  departments: { path: '/department', made: () => ({ name: 'Repairs' }) },
  categories: { path: '/categories', made: () => ({ departmentId, name: 'Screens' }), changed: () => ({ name: 'Displays' }) },
  contacts: { path: '/contacts', made: () => ({ name: 'Amina', emails: ['amina@example.com'] }) },
  organisations: { path: '/organisations', made: () => ({ name: 'Acme' }) },
  roles: { path: '/roles', made: () => ({ name: 'Reader', permissions: ['ticket.view'] }) },
  people: {
    path: '/users',
    made: () => ({ email: 'new@versions.test', name: 'New Person', role: 'agent' }),
    changed: () => ({ name: 'Other Person' }),
  },
  fields: {
    path: '/fields',
    made: () => ({ name: 'Region', key: 'region', kind: 'text' }),
    changed: () => ({ name: 'Area' }),
  },
  views: { path: '/views', made: () => ({ name: 'Urgent', scope: 'personal', filter: 'priority:urgent' }) },
  cannedResponses: { path: '/canned-responses', made: () => ({ name: 'Hello', scope: 'personal', bodyHtml: '<p>Hello</p>' }) },
  macros: { path: '/macros', made: () => ({ name: 'Close', scope: 'personal', bodyHtml: '<p>Done</p>' }) },
  sla: { path: '/sla', made: () => ({ name: 'Gold', targets: [target] }) },
  calendars: { path: '/calendars', made: () => ({ name: 'Office', timezone: 'UTC', schedule: hours, holidays: [] }) },
}

interface Answer extends Body {
  id: string
  version: number
  createdAt: string
  updatedAt: string
}

describe('what people edit', () => {
  it.each(Object.entries(things))(
    '%s say when they were made and changed, and are changed at the version that was read',
    async (_, thing) => {
      const { path, made, changed = made } = thing
      const created = await owner.request('POST', path, made())
      expect(created.status, await created.clone().text()).toBe(201)
      const first = (await created.json()) as Answer
      expect(first).toMatchObject({ version: 1, createdAt: expect.any(String), updatedAt: expect.any(String) })
      const change = (body: Body, headers = {}) => owner.request('PUT', `${path}/${first.id}`, { ...changed(), ...body }, headers)
      expect((await change({})).status).toBe(422)
      const answer = await change({ version: 1 })
      expect(answer.status, await answer.clone().text()).toBe(200)
      const second = (await answer.json()) as Answer
      expect(second).toMatchObject({ version: 2, createdAt: first.createdAt })
      expect(Date.parse(second.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt))
      expect((await change({ version: 1 })).status).toBe(409)
      expect((await change({}, { 'if-match': '"1"' })).status).toBe(409)
      expect((await change({}, { 'if-match': answer.headers.get('etag') })).status).toBe(200)
      const list = (await (await owner.request('GET', path)).json()) as { items: Answer[] }
      expect(list.items.find(({ id }) => id === first.id)).toMatchObject({ version: 3, createdAt: first.createdAt })
    },
  )
})

/** Changes that name no version, and why. */
const withoutVersion: Record<string, string> = {
  'tickets.editNote': 'only its writer edits a note, within minutes, and each earlier text is kept',
  'tickets.markMessage': 'sets or takes away one mark',
  'tickets.rate': 'what its requester says last holds, whatever else was done to it since they read it',
  'tickets.watch': 'sets or takes away one person',
  'sla.enable': 'one switch',
  'sla.order': 'says the whole order',
  'notifications.putRead': 'sets one mark',
  'kb.vote': 'of one reader, whose last answer holds',
  'notifications.putAllRead': 'sets one mark',
}

it('each change of something names the version it was read at, or says why not', () => {
  const changes = targets.filter(({ method }) => method === 'PUT' || method === 'PATCH')
  const silent = changes.filter(({ schema }) => !('version' in (schema.properties ?? {}))).map(({ name }) => name)
  expect(silent.sort()).toEqual(Object.keys(withoutVersion).sort())
})

it('each answer that has a version says when that was made and changed', () => {
  const isObject = (schema: unknown): schema is z.ZodObject => schema instanceof z.ZodObject
  const outputs = proceduresOf().flatMap(
    ([
      name,
      {
        '~orpc': { outputSchema },
      },
    ]) => {
      if (!isObject(outputSchema)) return []
      const { items } = outputSchema.shape as Record<string, unknown>
      const of = items instanceof z.ZodArray ? items.element : outputSchema
      return isObject(of) && 'version' in of.shape ? [{ name, shape: of.shape }] : []
    },
  )
  expect(outputs.length).toBeGreaterThan(50)
  const bare = outputs.filter(({ shape }) => !('createdAt' in shape && 'updatedAt' in shape)).map(({ name }) => name)
  const alone = {
    "its writer's own, and gone once it is sent": ['tickets.sendDraft', 'tickets.takeBack'],
    'one for each person or workspace, made with it': [
      ...['notifications.preferences', 'notifications.updatePreferences'],
      ...['notifications.defaults', 'notifications.updateDefaults'],
      ...['limits.get', 'limits.update'],
    ],
  }
  expect(bare.sort()).toEqual(Object.values(alone).flat().sort())
})
