import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { hashSecret, newSecret } from '../actor/hash'
import { requestLinkScopes, rolePermissions } from '../actor/permissions'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { storeFile } from '../files/attachments'
import { apiTokenPrefix } from '../procedure/authenticate'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Ids, idFieldsOf, modelOf, requestOf, sample, sendUndone, type Target, targets } from '../testing/attack'
import { exampleOf } from '../testing/examples'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'
import { contentsOf, type DataModel, dataModels, idOfEach } from '../testing/rows'

/**
 * Drives every procedure of the router through the REST API as people who may
 * not use it, with a row of every table. A new procedure and a new table are in
 * here without anyone adding them.
 */
const isTenants = ({ meta }: Target) => meta.audience !== 'platform'
const isOpen = ({ meta }: Target) => meta.audience === 'public'
const customerMay = ({ meta }: Target) =>
  meta.audience === 'public' ||
  (meta.audience === 'customer' &&
    (meta.permission === 'signed-in' || (rolePermissions.customer as readonly unknown[]).includes(meta.permission)))

const guestMay = ({ meta }: Target) =>
  meta.audience === 'public' || (meta.audience === 'customer' && (requestLinkScopes as readonly unknown[]).includes(meta.permission))

/** Every field that takes an id, of the procedures on a tenant's host. */
const fields = targets
  .filter((target) => isTenants(target) && !target.path.startsWith('/platform/'))
  .flatMap((target) => idFieldsOf(target).map((field) => ({ target, field, title: `${target.name} ${field}` })))
const isInPath = ({ target, field }: { target: Target; field: string }) => target.path.includes(`{${field}}`)

/** Ids by which nothing is looked up when they are given, and why that tells nothing of another tenant. */
const compared: Record<string, string> = {
  'tickets.linkByMail ticketId': 'every id has the same answer, and who gets a mail is found out later, within the workspace',
  'tickets.unwatch personId': 'who does not watch is taken off as well',
  'sla.simulate policy.id': 'stands for the policy that would be changed',
  'sla.create escalations[].id': 'an unknown step is a new one',
  'sla.update escalations[].id': 'an unknown step is a new one',
  'sla.simulate policy.escalations[].id': 'an unknown step is a new one',
  'sla.calculate items[].id': 'comes back with the answer',
  'macros.create changes[].assigneeId': 'looked up when the macro is applied',
  'macros.create changes[].departmentId': 'looked up when the macro is applied',
  'macros.update changes[].assigneeId': 'looked up when the macro is applied',
  'macros.update changes[].departmentId': 'looked up when the macro is applied',
  'tickets.previewBulk change.assigneeId': 'does not decide what is said',
  'tickets.previewBulk change.departmentId': 'does not decide what is said',
  'tickets.startBulk change.assigneeId': 'looked up for each ticket',
  'tickets.startBulk change.departmentId': 'looked up for each ticket',
  'tickets.reply seenMessageId': 'says what was on the screen',
  'tickets.participation id': 'opens to who takes part alone, never to staff',
  'tickets.replyAsParticipant id': 'opens to who takes part alone, never to staff',
  'tickets.replyAsParticipant attachmentIds[]': 'looked up once the ticket is found',
  'tickets.sendDraft seenMessageId': 'says what was on the screen',
}

const refused = [401, 403, 404]

export function describeAttack() {
  let here: ResolvedTenant
  let there: ResolvedTenant
  let admin: TestPerson
  let customer: TestPerson
  let guest: TestPerson
  /** The owner's session under the name of the other tenant's cookie, and a token of theirs. */
  let stolen: { cookie: string; token: string }
  let models: DataModel['models']
  /** An id of every table, by model. */
  let ours: Ids
  let theirs: Ids
  let theirContents: Record<string, string>

  beforeAll(async () => {
    here = await makeTenant('here')
    there = await makeTenant('there')
    // The first of each kind is the one that is attacked, so what is personal is the owner's own.
    admin = await makePerson(here, 'owner')
    await makePerson(there, 'owner')
    for (const tenant of [here, there]) await withFile(tenant, (await makeTicket(tenant)).id)
    customer = await makePerson(here, 'customer')
    guest = await makePerson(here, 'customer')
    const sealed = await sealSession({ sid: admin.sessionId, tid: here.ref.id })
    const token = apiTokenPrefix + newSecret()
    stolen = { cookie: `${sessionCookieName(there.ref.slug, false)}=${sealed}`, token }
    await inWork(here, ({ tx }) =>
      tx.apiToken.create({
        data: {
          tenantId: here.ref.id,
          id: newId(),
          personId: admin.id,
          name: 'stolen',
          prefix: 'x',
          hash: hashSecret(token),
          scopes: ['ticket.view'],
        },
      }),
    )
    const { id: ticketId } = await makeTicket(here, { email: guest.email })
    await inWork(here, ({ tx }) => tx.session.updateMany({ where: { id: guest.sessionId }, data: { ticketId } }))
    await drainBackground()
    const clients = await dataModels(here)
    models = { ...clients.tenant.models, ...clients.platform.models }
    ours = await idOfEach(here)
    theirs = await idOfEach(there)
    theirContents = await contentsOf(there)
  })

  /** Attaches a file of the first person's to the ticket's description. */
  const withFile = (tenant: ResolvedTenant, ticketId: string) =>
    inWork(tenant, async (work) => {
      const person = await work.tx.person.findFirstOrThrow()
      const message = await work.tx.ticketMessage.findFirstOrThrow({ where: { ticketId } })
      const file = { name: 'notes.txt', contentType: 'text/plain', bytes: Buffer.from('Notes.') }
      await storeFile(work, file, { personId: person.id, messageId: message.id })
    })

  /** A fresh owner each time: some procedures end the session that calls them. */
  const owner = () => makePerson(here, 'owner')

  const attack = (target: Target, as: (method: string, path: string, body?: unknown) => Promise<Response>) =>
    as(...requestOf(target, sample(target)))

  /** Sends an input in which one field holds `id` and all others ids of this tenant. */
  function attackAt(target: Target, field: string, id: string, as: TestPerson) {
    const idOf = (at: string) => (at === field ? id : (ours[modelOf(target, at, models)] as string))
    const { input, state } = exampleOf(target, sample(target, idOf, field), ours)
    return sendUndone(here, as, requestOf(target, input), state)
  }

  describe(`${targets.length} procedures`, () => {
    // So many attacks would be stopped by how many they are.
    beforeEach(forgetRateLimits)

    it('each states a permission and an address', () => {
      for (const target of targets) {
        expect(target.meta.permission, target.name).toBeTruthy()
        expect(target.meta.audience, target.name).toBeTruthy()
        expect(target.path, target.name).toMatch(/^\//)
        if (target.meta.permission === 'public') expect(target.meta.audience, target.name).toBe('public')
      }
      expect(targets.length).toBeGreaterThan(50)
    })

    it.each(targets.filter((target) => !isOpen(target)))('$name refuses who is not signed in', async (target) => {
      const response = await attack(target, (...args) => send(here, ...args))
      expect(refused, await response.clone().text()).toContain(response.status)
    })

    it.each(targets.filter((target) => isTenants(target) && !guestMay(target)))(
      '$name refuses who came by a link about one request',
      async (target) => {
        const response = await attack(target, guest.request)
        expect(response.status, await response.clone().text()).toBe(403)
      },
    )

    it.each(targets.filter((target) => isTenants(target) && !customerMay(target)))('$name refuses a customer', async (target) => {
      const response = await attack(target, customer.request)
      expect(refused, await response.clone().text()).toContain(response.status)
    })

    it.each(targets.filter((target) => !isTenants(target)))(
      "$name is not there on a tenant's host, not even for its owner",
      async (target) => {
        const response = await attack(target, (await owner()).request)
        expect(response.status).toBe(404)
      },
    )

    it.each(targets.filter((target) => isTenants(target) && !isOpen(target)))(
      "$name refuses another tenant's cookie and token",
      async (target) => {
        const answer = await attack(target, (method, path, body) => stealTo(there, method, path, body))
        expect(refused, await answer.clone().text()).toContain(answer.status)
      },
    )

    it('each table has a row of the other tenant', () => {
      expect(Object.keys(theirContents).filter((table) => theirContents[table] === '')).toEqual([])
    })

    it.each(fields.filter(({ title }) => !(title in compared)))("$title does not take another tenant's ids", async ({ target, field }) => {
      const model = modelOf(target, field, models)
      const answer = await attackAt(target, field, theirs[model] as string, admin)
      const isEmpty = answer.status === 200 && target.method === 'GET' && !isInPath({ target, field })
      // A list without entries, or an export without rows.
      const { items, rows } = isEmpty && answer.text.startsWith('{') ? JSON.parse(answer.text) : { items: [] }
      if (isEmpty) expect([[], 0], answer.text).toContainEqual(items ?? rows)
      else expect([404, 409, 422], JSON.stringify(answer)).toContain(answer.status)
      // One of this tenant is answered otherwise, so it is the row that was not found, and nothing before it.
      const own = await attackAt(target, field, ours[model] as string, admin)
      expect(own, `no own ${model} gets further: give an example`).not.toEqual(answer)
      expect(own.status, own.text).toBeLessThan(500)
    })

    it.each(fields.filter((each) => isInPath(each) && customerMay(each.target)))(
      "$title does not give a customer someone else's",
      async ({ target, field }) => {
        const { status, text } = await attackAt(target, field, ours[modelOf(target, field, models)] as string, customer)
        expect([403, 404], `${status} ${text}`).toContain(status)
      },
    )

    it.each(targets)('$name answers rubbish with an error of ours', async ({ method, path }) => {
      const { request } = await owner()
      const address = path.replace(/\{\w+\}/g, 'not-an-id')
      const rubbish = ['{', '[]', '"x"', '{"unknown":1}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"\\udfff":1}']
      const requests = method === 'GET' ? [[`${address}?unknown=1`], [`${address}?a=%00`]] : rubbish.map((body) => [address, body])
      for (const [at, body] of requests) {
        const response = await request(method, at as string, body)
        expect(response.status, `${at} ${body}: ${await response.clone().text()}`).toBeLessThan(500)
      }
    })

    it('left nothing behind in the other tenant', async () => {
      await drainBackground()
      expect(await contentsOf(there)).toEqual(theirContents)
    })
  })

  /** The owner's own credentials of `here`, presented on another workspace's host: as its cookie, renamed, and as a token. */
  async function stealTo(other: ResolvedTenant, method: string, path: string, body: unknown): Promise<Response> {
    const byCookie = await send(other, method, path, body, { cookie: stolen.cookie })
    if (!refused.includes(byCookie.status)) return byCookie
    return send(other, method, path, body, { authorization: `Bearer ${stolen.token}` })
  }
}
