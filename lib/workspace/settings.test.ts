import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { env } from '../env'
import { readDevMailbox } from '../mail/dev-mailbox'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, send, type TestPerson, testPassword } from '../testing/factories'
import type { DomainOutput } from './domains'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('workspace')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status

describe('a workspace', () => {
  it('is the one of its host, for its staff, and no other by its id', async () => {
    const { items } = await json<{ items: { id: string; name: string }[] }>(agent.request('GET', '/business'))
    expect(items).toEqual([expect.objectContaining({ id: tenant.ref.id, name: 'Desk workspace' })])
    expect(await json(agent.request('GET', `/business/${tenant.ref.id}`))).toEqual(items[0])
    for (const path of [`/business/${newId()}`, `/business/${newId()}/members`]) expect(await status(agent.request('GET', path))).toBe(404)
  })

  it('lists its staff: nobody who is a customer, suspended or gone', async () => {
    const people = [await makePerson(tenant, 'customer'), await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    const [, suspended, gone] = people.map(({ id }) => id)
    await inWork(tenant, async ({ tx, now }) => {
      await tx.person.updateMany({ where: { id: suspended }, data: { status: 'suspended' } })
      await tx.person.updateMany({ where: { id: gone }, data: { deletedAt: now } })
    })
    const { items } = await json<{ items: { id: string }[] }>(agent.request('GET', `/business/${tenant.ref.id}/members`))
    expect(items.map(({ id }) => id).sort()).toEqual([owner.id, agent.id].sort())
  })

  it('says who runs it and where they are found, as its admins write it', async () => {
    const made = await makeTenant()
    const boss = await makePerson(made, 'admin')
    const path = `/business/${made.ref.id}`
    const given = {
      website: 'https://example.com',
      supportUrl: 'https://help.example.com/start?x=1',
      email: 'office@example.com',
      phone: '+49 30 1234567',
      logoUrl: 'https://example.com/logo.png',
      faviconUrl: 'https://example.com/icon.ico',
      organizationSize: '11-50',
      portalPhotoUrl: 'https://example.com/shop.jpg',
    }
    for (const url of [
      'javascript:alert(1)',
      'data:text/html,x',
      'example.com',
      '//example.com',
      'https://me:secret@example.com',
      'http://localhost',
    ])
      for (const name of ['website', 'supportUrl', 'logoUrl', 'faviconUrl', 'portalPhotoUrl'])
        expect(await status(boss.request('PUT', path, { version: 1, [name]: url })), `${name} ${url}`).toBe(422)
    for (const wrong of [{ email: 'nobody' }, { phone: 'call me' }, { organizationSize: 'huge' }, { portalPattern: 'stripes' }])
      expect(await status(boss.request('PUT', path, { version: 1, ...wrong }))).toBe(422)
    expect(await status((await makePerson(made, 'agent')).request('PUT', path, { version: 1, ...given }))).toBe(403)
    expect(await json(boss.request('PUT', path, { version: 1, ...given }))).toMatchObject({ ...given, version: 2 })
    const { desk } = await json<{ desk: object }>(send(made, 'GET', '/public/viewer'))
    expect(desk).toMatchObject({
      supportUrl: given.supportUrl,
      portalPattern: 'dots',
      portalPhoto: expect.stringMatching(/^\/api\/pictures\/photo/),
    })
    expect(Object.keys(desk).sort()).toEqual(
      [
        'accent',
        'allowSignUp',
        'favicon',
        'id',
        'locale',
        'logo',
        'mail',
        'name',
        'portalPattern',
        'portalPhoto',
        'portalTitle',
        'supportUrl',
        'timeZone',
        'undoSeconds',
      ].sort(),
    )
    const empty = Object.fromEntries(Object.keys(given).map((name) => [name, null]))
    expect(await json(boss.request('PUT', path, { version: 2, ...empty }))).toMatchObject(empty)
  })

  it('chooses for how long access tokens live, from 5 minutes to 24 hours', async () => {
    const choose = async (accessMinutes: number) => {
      const { version } = await json<{ version: number }>(owner.request('GET', `/business/${tenant.ref.id}`))
      return status(owner.request('PUT', `/business/${tenant.ref.id}`, { version, accessMinutes }))
    }
    for (const [minutes, answer] of [
      [4, 422],
      [5, 200],
      [1441, 422],
      [1440, 200],
    ] as const)
      expect(await choose(minutes), `${minutes}`).toBe(answer)
    const credentials = { email: owner.email, password: testPassword }
    expect(await json(send(tenant, 'POST', '/auth/login', credentials))).toMatchObject({ expiresIn: 86_400 })
  })

  it('says what a new one has done, until its owner puts that away', async () => {
    const fresh = await makeTenant('fresh')
    const first = await makePerson(fresh, 'owner')
    const read = async () => (await json<{ done: object | null }>(first.request('GET', '/business/checklist'))).done
    const nothing = { colleague: false, look: false, ticket: false, reply: false, mail: false, domain: false }
    expect(await read()).toEqual(nothing)
    await makePerson(fresh, 'agent')
    const { id } = await makeTicket(fresh)
    expect(await read()).toEqual({ ...nothing, colleague: true, ticket: true })
    await first.request('POST', `/ticket/${id}/comments`, { body: 'We look into it.' })
    // What it keeps for how long is no part of how it looks.
    expect(await status(first.request('PUT', `/business/${fresh.ref.id}`, { version: 1, deletedDays: 30 }))).toBe(200)
    expect(await read()).toEqual({ ...nothing, colleague: true, ticket: true, reply: true })
    await first.request('PUT', `/business/${fresh.ref.id}`, { version: 2, portalTitle: 'Help' })
    expect(await read()).toEqual({ ...nothing, colleague: true, ticket: true, reply: true, look: true })
    expect(await status(first.request('POST', '/business/checklist/hide'))).toBe(200)
    expect(await read()).toBeNull()
  })
})

describe("a workspace's language", () => {
  const speak = async (who: TestPerson, of: ResolvedTenant, locale: string) => {
    const { items } = await json<{ items: { version: number }[] }>(who.request('GET', '/business'))
    return who.request('PUT', `/business/${of.ref.id}`, { version: items[0]?.version, locale })
  }
  const refusal = async (answer: Promise<Response>) => (await json<{ detail: string }>(answer)).detail

  it('is one of those there are, and its change is told in the audit trail', async () => {
    const made = await makeTenant()
    const boss = await makePerson(made, 'owner')
    expect(await status(speak(boss, made, 'tlh'))).toBe(422)
    expect(await status(speak(await makePerson(made, 'agent'), made, 'en-XA'))).toBe(403)
    expect(await json(speak(boss, made, 'en-XA'))).toMatchObject({ locale: 'en-XA' })
    expect((await eventsOf(made, made.ref.id)).at(-1)).toMatchObject({
      type: 'workspace.changed',
      payload: { before: { locale: 'en' }, after: { locale: 'en-XA' } },
    })
  })

  it('is for errors to those whose browser and account ask for none', async () => {
    const made = await makeTenant()
    const boss = await makePerson(made, 'owner')
    const stranger = (headers?: Record<string, string>) => refusal(send(made, 'GET', '/business', undefined, headers))
    expect(await stranger()).toBe('Sign in to do this.')
    await speak(boss, made, 'en-XA')
    expect(await stranger()).toMatch(/^\[Šíĝñ íñ/)
    expect(await stranger({ 'accept-language': 'en' })).toBe('Sign in to do this.')
    expect(await stranger({ 'accept-language': 'tlh' })).toMatch(/^\[Šíĝñ íñ/)
    const foreign = () => refusal(boss.request('GET', `/business/${newId()}`))
    expect(await foreign()).toMatch(/^\[Ţĥé ŵóŕķšþáçé/)
    await inWork(made, ({ tx }) => tx.person.updateMany({ where: { id: boss.id }, data: { locale: 'en-GB' } }))
    expect(await foreign()).toBe('The workspace was not found.')
  })

  it('is for mails, notifications and what is stored of merged and erased requests', async () => {
    const first = await makeTenant()
    const boss = await makePerson(first, 'owner')
    await speak(boss, first, 'en-XA')
    const made = (await findTenant({ slug: first.ref.slug })) as ResolvedTenant
    const agent = await makePerson(made, 'agent')
    const chosen = await makePerson(made, 'agent')
    await inWork(made, ({ tx }) => tx.person.updateMany({ where: { id: chosen.id }, data: { locale: 'en-GB' } }))
    const customer = await makePerson(made, 'customer')
    const [one, two] = [await makeTicket(made, { email: customer.email }), await makeTicket(made, { email: customer.email })]
    await drainBackground()
    const told = async (who: TestPerson) =>
      (await json<{ items: { title: string }[] }>(who.request('GET', '/notifications'))).items[0]?.title
    expect(await told(agent)).toMatch(/^\[Ñéŵ: /)
    expect(await told(chosen)).toMatch(/^New: /)
    await boss.request('POST', `/ticket/${two.id}/merge`, { into: one.number })
    expect(await json(boss.request('GET', `/ticket/${two.id}`))).toMatchObject({ snippet: expect.stringMatching(/^\[Ɱéŕĝéð íñţó /) })
    await drainBackground()
    const mails = (await readDevMailbox(made.ref.slug)).filter(({ to }) => to.includes(customer.email))
    expect(mails.map(({ text }) => text).join()).toMatch(/Ĥéļļó|Ĥí/)
    const { id, name } = await json<{ id: string; name: string }>(boss.request('GET', `/contacts/${one.requester.id}`))
    expect(await status(boss.request('POST', `/contacts/${id}/erase`, { confirm: name }))).toBe(200)
    expect(await json(boss.request('GET', `/ticket/${one.id}`))).toMatchObject({ title: expect.stringMatching(/^\[Éŕášéð ŕéǫúéšţ/) })
  })
})

describe('a custom domain', () => {
  const add = (hostname: string, who = owner) => who.request('POST', '/domains', { hostname })

  it('is shown with the records that prove it, checked when asked, and removed, all in the audit trail', async () => {
    const domain = await json<DomainOutput>(add('Help.Workspace.example.'))
    expect(domain).toMatchObject({
      hostname: 'help.workspace.example',
      status: 'pending',
      pointing: { type: 'CNAME', value: `workspace.${env().ROOT_DOMAIN}` },
      records: [
        { type: 'TXT', name: '_baraza-verification.help.workspace.example' },
        { type: 'CNAME', value: expect.stringMatching(/^[0-9a-f]{48}\.verification\.localhost$/) },
      ],
    })
    expect((await json<{ items: object[] }>(owner.request('GET', '/domains'))).items).toEqual([domain])
    expect(await json(owner.request('GET', `/domains/${domain.id}`))).toEqual(domain)
    expect(await status(owner.request('POST', `/domains/${domain.id}/verify`))).toBe(202)
    await drainBackground()
    // `.example` has no such record anywhere, whether or not a name server answers.
    const checked = await json<DomainOutput>(owner.request('GET', `/domains/${domain.id}/verification-status`))
    expect(checked).toMatchObject({ id: domain.id, status: 'failed', verifiedAt: null, lastError: expect.any(String) })
    expect(checked.checkedAt).not.toBeNull()
    expect(await status(owner.request('DELETE', `/domains/${domain.id}`))).toBe(200)
    expect(await status(owner.request('GET', `/domains/${domain.id}`))).toBe(404)
    const events = await eventsOf(tenant, domain.id)
    expect(events.map(({ type }) => type)).toEqual(['domain.added', 'domain.check_requested', 'domain.checked', 'domain.removed'])
    expect(events[2]?.payload).toMatchObject({ before: 'pending', status: 'failed' })
  })

  it('is none of ours, and a name', async () => {
    for (const hostname of [env().ROOT_DOMAIN, `x.${env().ROOT_DOMAIN}`, 'no dots', '', 'localhost'])
      expect(await status(add(hostname)), hostname).toBe(422)
    expect(await status(send(tenant, 'POST', '/domains', { hostname: 'stranger.example' }))).toBe(401)
    expect(await status(add('agent.example', agent))).toBe(403)
  })
})
