import type { IncomingMessage } from 'node:http'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BodyKind, bodyKinds } from '../procedure/body-limits'
import { forgetRateLimits } from '../procedure/rate-limit'
import { type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { hostOf, makePerson, makeTenant } from '../testing/factories'
import { bodyKindOfRest, bodyKindOfRpc, refusalOfForm } from './body-limits'
import { handleRest, handleRpc } from './rest'

openTestDatabase()

let host: string
let cookie: string
beforeAll(async () => {
  const tenant = await makeTenant('bodies')
  host = hostOf(tenant)
  cookie = (await makePerson(tenant, 'owner')).cookie
})
beforeEach(forgetRateLimits)

const kindOf = ({ meta }: Target): BodyKind => meta.body ?? 'small'
const addressOf = ({ path }: Target) => `/api/v1${path.replace(/\{[^}]+\}/g, crypto.randomUUID())}`
const withBody = targets.filter(({ method, path }) => method !== 'GET' && path)

/** Sends what nobody could parse, so that whoever tried would say something else. */
const sendRest = (target: Target, body: string | ReadableStream, headers: Record<string, string> = {}) =>
  handleRest(
    new Request(`http://${host}${addressOf(target)}`, {
      method: target.method,
      headers: { host, cookie, 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    } as RequestInit),
  )
const sendRpc = (target: Target, body: string) =>
  handleRpc(
    new Request(`http://${host}/api/rpc/${target.name.replaceAll('.', '/')}`, {
      method: 'POST',
      headers: { host, cookie, 'content-type': 'application/json', 'content-length': String(body.length) },
      body,
    }),
  )
const outcome = async (response: Response) => {
  const { code, json } = JSON.parse(await response.text()) as { code?: string; json?: { code: string } }
  return [response.status, code ?? json?.code]
}
const deep = (levels: number) => '{"a":'.repeat(levels)

describe('the body of a request', () => {
  it('is small for every procedure but those that name what they need it for', () => {
    expect(withBody.length).toBeGreaterThan(120)
    const named = targets.filter(({ meta }) => meta.body).map((target) => `${target.name} ${target.meta.body}`)
    expect(named.sort()).toEqual(
      [
        'account.uploadAvatar form',
        'business.uploadPicture form',
        'calendars.create list',
        'calendars.update list',
        'cannedResponses.create text',
        'cannedResponses.update text',
        'contacts.import table',
        'contacts.previewImport table',
        'files.upload files',
        'kb.addPicture files',
        'kb.compareDraft text',
        'kb.createArticle text',
        'kb.createCategory text',
        'kb.updateArticle text',
        'kb.updateCategory text',
        'kb.uploadImport files',
        'macros.create text',
        'macros.update text',
        'people.inviteSeveral list',
        'sla.calculate list',
        'sla.create text',
        'sla.simulate text',
        'sla.update text',
        'tickets.attach files',
        'tickets.create form',
        'tickets.createPublic form',
        'tickets.editNote text',
        'tickets.reply text',
        'tickets.replyAsParticipant text',
        'tickets.saveDraft text',
        'tickets.sendDraft text',
        'tickets.startBulk list',
      ].sort(),
    )
    expect(bodyKinds.small.bytes).toBeLessThanOrEqual(64 * 1024)
  })

  it('is limited at every address as its procedure says', () => {
    for (const target of withBody) {
      expect(bodyKindOfRest(target.method, addressOf(target)), target.path).toBe(kindOf(target))
      expect(bodyKindOfRpc(`/api/rpc/${target.name.replaceAll('.', '/')}`), target.name).toBe(kindOf(target))
    }
    for (const path of [
      '/api/rpc',
      '/api/rpc/nothing',
      '/api/rpc/tickets',
      '/api/rpc/constructor',
      '/api/rpc/tickets/reply/more',
      '/api/rpc/__proto__',
    ])
      expect(bodyKindOfRpc(path)).toBe('small')
    expect(bodyKindOfRest('POST', '/api/v1/nothing')).toBe('small')
  })

  it.each(withBody.map((target) => [target.name, target] as const))('that is too long is refused before %s is known', async (_, target) => {
    forgetRateLimits()
    const { bytes } = bodyKinds[kindOf(target)]
    const tooLong = [413, 'TOO_LARGE']
    expect(await outcome(await sendRest(target, '{}', { 'content-length': String(bytes + 1) })), 'said').toEqual(tooLong)
    if (kindOf(target) === 'files') return
    const text = 'x'.repeat(bytes + 1)
    expect(await outcome(await sendRest(target, text)), 'rest').toEqual(tooLong)
    expect(await outcome(await sendRest(target, text, { 'content-type': 'application/x-www-form-urlencoded' })), 'form').toEqual(tooLong)
    expect(await outcome(await sendRpc(target, text)), 'rpc').toEqual(tooLong)
  })

  it.each(withBody.filter((target) => kindOf(target) !== 'files').map((target) => [target.name, target] as const))(
    'that is too deep is refused before %s parses it',
    async (_, target) => {
      forgetRateLimits()
      const { depth } = bodyKinds[kindOf(target)]
      for (const send of [sendRest, sendRpc]) {
        const [status, code] = await outcome(await send(target, deep(depth + 1)))
        expect([status, code], send.name).toEqual([422, 'INVALID'])
      }
    },
  )

  it('that says nothing of its length is counted while it comes', async () => {
    const target = withBody.find(({ name }) => name === 'tickets.changeTags') as Target
    let sent = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 16 * 1024
        controller.enqueue(new Uint8Array(16 * 1024).fill(0x20))
      },
    })
    expect(await outcome(await sendRest(target, endless))).toEqual([413, 'TOO_LARGE'])
    expect(sent).toBeLessThan(200 * 1024)
  })
})

describe('a form or a server action', () => {
  const refusal = (url: string, headers: Record<string, string>, method = 'POST') =>
    refusalOfForm({ url, method, headers } as unknown as IncomingMessage)

  it('is refused by the length it says, unless it brings files to the portal or looks itself', () => {
    const long = { 'content-length': String(65 * 1024) }
    for (const path of ['/sign-in', '/agent', '/api/auth/callback/credentials', '/', '/submit/done', '/t/x/submit'])
      expect(refusal(path, long), path).toBe(413)
    for (const path of ['/api/v1/ticket', '/api/rpc/tickets/reply', '/api/hooks/mailgun/inbound/mime', '/submit', '/submit?category=1'])
      expect(refusal(path, long), path).toBeNull()
    expect(refusal('/submit', { 'content-length': String(41 * 1024 * 1024) })).toBe(413)
    expect(refusal('/agent', { 'transfer-encoding': 'chunked' })).toBe(411)
    expect(refusal('/agent', { 'content-length': '2000' })).toBeNull()
    expect(refusal('/agent', long, 'GET')).toBeNull()
  })
})
