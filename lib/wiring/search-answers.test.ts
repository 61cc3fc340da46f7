import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { sorts, viewNames } from '../tickets/views/schema'
import { handleRest } from './rest'

/**
 * What a search says, and what it asks the database, depends on nothing that the asker may not read. The same people ask
 * the same before and after others write what is hidden from them: the answers are the same to the byte.
 */

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let stranger: TestPerson
/** Who asks, and what they may see: their own, their department's, one ticket. */
const askers: Record<string, TestPerson> = {}
let hiddenDepartment: string
let own: { id: string }
let savedView: string

/** What is asked of the database for the request at hand; the jobs and sweeps of the process go on beside it. */
const heard = new AsyncLocalStorage<string[]>()
const { query } = pg.Client.prototype
beforeAll(() => {
  pg.Client.prototype.query = function (this: pg.Client, ...given: [{ text?: string }, ...unknown[]]) {
    const text = typeof given[0] === 'string' ? given[0] : given[0]?.text
    if (text) heard.getStore()?.push(text)
    return Reflect.apply(query, this, given)
  } as typeof query
})
afterAll(() => {
  pg.Client.prototype.query = query
})

async function done<T = { id: string }>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}

const open = (who: TestPerson, title: string, description: string, departmentId?: string) =>
  done(who.request('POST', '/ticket', { title, description, departmentId }))

async function upload(who: TestPerson, name: string) {
  const form = new FormData()
  form.append('file', new File(['x'], name, { type: 'text/plain' }))
  const host = hostOf(tenant)
  return done(handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: who.cookie }, body: form })))
}

async function note(ticketId: string, body: string, file: string) {
  const { id } = await upload(owner, file)
  await done(owner.request('POST', `/ticket/${ticketId}/comments`, { body, isInternal: true, attachmentIds: [id] }))
}

async function tag(ticketId: string, tags: string[]) {
  const { version } = await done<{ version: number }>(owner.request('GET', `/ticket/${ticketId}`))
  await done(owner.request('PUT', `/ticket/${ticketId}/tags`, { tags, version }))
}

beforeAll(async () => {
  tenant = await makeTenant('words')
  owner = await makePerson(tenant, 'owner')
  stranger = await makePerson(tenant, 'customer')
  const [customer, colleague, granted] = [
    await makePerson(tenant, 'customer'),
    await makePerson(tenant, 'agent'),
    await makePerson(tenant, 'agent'),
  ]
  Object.assign(askers, { customer, colleague, granted })
  const tenantId = tenant.ref.id
  own = await open(customer, 'About layofs and redundancy', 'The projekt zephir is late, says the borrd.')
  await inWork(tenant, async ({ tx }) => {
    hiddenDepartment = (await tx.department.findFirstOrThrow({ where: { isDefault: false } })).id
    await tx.departmentMember.deleteMany({ where: { personId: granted.id } })
    await tx.grant.create({
      data: { tenantId, id: newId(), permission: 'ticket.view', personId: granted.id, objectType: 'ticket', objectId: own.id },
    })
  })
  savedView = (await done(colleague.request('POST', '/views', { name: 'Words', filter: 'layoffs OR zephyr' }))).id
  await drainBackground()
})

/** Each stands only where it is hidden, near a word that all of them may read; by title, message, note, file, tag and person. */
const hidden = ['layoffs', 'zephyr', 'board', 'redundance', 'projects', 'borrowed', 'Marguerite']

const swapped = (word: string) => `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`
const waysToAsk = (word: string) => [
  word,
  word.slice(0, 4),
  `${word}s`,
  swapped(word),
  `x${word.slice(1)}`,
  `"${word}"`,
  `-${word}`,
  `-${swapped(word)}`,
  `${swapped(word)} OR ${word}`,
  `title:${word}`,
  `late ${word}`,
]

const forStaff = hidden
  .flatMap((word) => [`note:${word}`, `requester:${word}`, `tag:${word}`, `${word} is:unassigned`])
  .map((q) => `/ticket?${new URLSearchParams({ q })}`)

const everyParameter = () =>
  ['layoffs', 'zephyr'].flatMap((q) =>
    [
      ...sorts.map((sort) => ({ sort })),
      ...viewNames.map((view) => ({ view })),
      { limit: '1' },
      { offset: '1' },
      { status: 'created' },
      { priority: 'medium' },
      { tag: 'layoffs' },
      { departmentId: hiddenDepartment },
      { assigneeId: owner.id },
      { requesterId: stranger.id },
    ].map((parameter) => `/ticket?${new URLSearchParams({ q, ...parameter } as Record<string, string>)}`),
  )

const paths = (name: string) => [
  ...(name === 'granted' ? hidden.slice(0, 2) : hidden).flatMap(waysToAsk).map((q) => `/ticket?${new URLSearchParams({ q })}`),
  ...['1', '2', '3', 'WORDS-2', 'number:2', 'number:>1'].map((q) => `/ticket?${new URLSearchParams({ q })}`),
  ...(name === 'granted' ? [] : everyParameter()),
  ...(name === 'customer' ? [] : [...forStaff, ...['', 'l', 'layoffs', 'budget'].map((q) => `/tags?q=${q}`), '/ticket/counts']),
  ...(name === 'colleague' ? [`/ticket?view=${savedView}`, `/ticket?view=${savedView}&q=board`] : []),
]

interface Answer {
  text: string
  statements: string[]
}

async function askAll(name: string): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>()
  for (const path of paths(name)) {
    forgetRateLimits()
    const statements: string[] = []
    const response = await heard.run(statements, () => (askers[name] as TestPerson).request('GET', path))
    answers.set(path, { text: `${response.status} ${await response.text()}`, statements })
  }
  return answers
}

const before = new Map<string, Map<string, Answer>>()

async function expectTheSame(name: string) {
  const after = await askAll(name)
  for (const [path, { text, statements }] of before.get(name) as Map<string, Answer>) {
    expect(after.get(path)?.text, path).toBe(text)
    expect(after.get(path)?.statements, path).toEqual(statements)
  }
}

describe('what is hidden shows in no search', () => {
  it('of anyone, when it is said in another department', { timeout: 180_000 }, async () => {
    for (const name of Object.keys(askers)) before.set(name, await askAll(name))
    const answersTo = (q: string) => before.get('customer')?.get(`/ticket?${new URLSearchParams({ q })}`)?.text
    // The answers do say something, and there are words to be corrected into.
    expect(answersTo('layoffs')).toContain('"corrections":[{"from":"layoffs","to":"layofs"}]')
    expect(answersTo('zephyr')).toContain(own.id)
    const asked = [...(before.get('customer')?.values() ?? [])].map(({ statements }) => statements.join())
    expect(asked.filter((text) => text.includes('ticket_search')).length).toBeGreaterThan(10)
    expect([...(before.get('customer')?.values() ?? [])].every(({ text }) => /^(200|422)/.test(text))).toBe(true)

    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { personId: stranger.id }, data: { name: 'Marguerite Layoffs' } }))
    const { id } = await open(stranger, 'The layoffs of May', 'Zephyr is for the board. Redundance!', hiddenDepartment)
    await open(stranger, 'Projects', 'Nothing borrowed', hiddenDepartment)
    await note(id, 'Nobody but us: layoffs, zephyr, projects.', 'board layoffs.txt')
    await tag(id, ['layoffs', 'zephyr', 'board'])
    await drainBackground()
    expect(await (await owner.request('GET', '/ticket?q=layoffs')).text()).toContain(id)
    for (const name of Object.keys(askers)) await expectTheSame(name)
  })

  it('of a customer, when staff say it on their own request, or there was one that is gone', { timeout: 120_000 }, async () => {
    await note(own.id, 'Layoffs: zephyr, board, redundance, projects, borrowed. Not for Marguerite.', 'layoffs of the board.txt')
    await tag(own.id, ['layoffs', 'zephyr'])
    const { id } = await open(stranger, 'Layoffs and zephyr', 'For the board, redundance of projects')
    await drainBackground()
    await done(owner.request('DELETE', `/ticket/${id}`, { version: 1 }))
    await drainBackground()
    expect(await (await askers.colleague?.request('GET', '/ticket?q=layoffs'))?.text()).toContain(own.id)
    await expectTheSame('customer')
  })
})
