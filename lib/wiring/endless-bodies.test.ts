import { globSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { env } from '../env'
import { forgetRateLimits } from '../procedure/rate-limit'
import { openTestDatabase } from '../testing/database'
import { endlessBody } from '../testing/endless-body'
import { makeTenant } from '../testing/factories'
import { refusalOfForm } from './body-limits'

openTestDatabase()

const before = { ...env() }
afterAll(() => {
  Object.assign(env(), { ...before, RESEND_WEBHOOK_SECRET: undefined, MAILGUN_SIGNING_KEY: undefined })
})
beforeEach(() => {
  forgetRateLimits()
  Object.assign(env(), { RESEND_WEBHOOK_SECRET: `whsec_${Buffer.from('key').toString('base64')}`, MAILGUN_SIGNING_KEY: 'key' })
})

const root = new URL('../../', import.meta.url).pathname
const writing = /\bas (POST|PUT|PATCH)\b|\b(?:const|function) (POST|PUT|PATCH)\b/
const routes = globSync('app/**/route.ts', { cwd: root }).filter((file) => writing.test(readFileSync(root + file, 'utf8')))
/** Next's library reads these; their forms are refused before, by the length that a browser gives. */
const readByNext = 'app/api/auth/[...nextauth]/route.ts'
/** What the longest message takes that a provider brings, with what waits in between. */
const mostBytes = 33 * 1024 * 1024

type Handler = (request: Request, context: object) => Promise<Response>

describe('a body without an end', () => {
  it('is looked for in every route that takes one', () => {
    expect(routes.length).toBeGreaterThan(5)
    expect(routes).toContain(readByNext)
  })

  it.each(routes.filter((file) => file !== readByNext))('is not read to its end by %s', async (file) => {
    await makeTenant()
    const loaded = (await import(/* @vite-ignore */ root + file)) as Record<string, Handler>
    const address = file.replace(/^app|\/route\.ts$/g, '').replace(/\[.*?\]+/g, 'any')
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])
      for (const head of ['', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n']) {
        const { taken, request } = endlessBody(head)
        const timestamp = String(Math.floor(Date.now() / 1000))
        const headers = {
          'content-type': type,
          host: 'desk-1.localhost',
          'svix-id': 'a',
          'svix-timestamp': timestamp,
          'svix-signature': 'v1,a',
        }
        const answer = await (loaded.POST as Handler)(request(`http://desk-1.localhost${address}`, headers), {})
        expect([answer.status >= 400 && answer.status < 500, taken.bytes < mostBytes], `${type}: ${answer.status}, ${taken.bytes}`).toEqual(
          [true, true],
        )
      }
  })

  it('does not come to what Next reads', () => {
    const refusal = (headers: object) =>
      refusalOfForm({ method: 'POST', url: '/api/auth/callback/credentials', headers } as unknown as IncomingMessage)
    expect([
      refusal({ 'transfer-encoding': 'chunked' }),
      refusal({ 'content-length': '10000000' }),
      refusal({ 'content-length': '300' }),
    ]).toEqual([411, 413, null])
  })
})
