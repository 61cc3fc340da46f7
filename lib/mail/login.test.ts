import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { env } from '../env'
import { startImapServer } from '../testing/imap-server'
import { hasDovecot, startDovecot } from '../testing/mail-servers'
import { startSmtp } from '../testing/smtp'
import { testImap, testSmtp } from './connection-test'
import { mailboxSmtp } from './smtp'

beforeAll(() => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
})
afterAll(() => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
})

const user = 'desk@acme.test'
const host = '127.0.0.1'

/** Says whose a token is, as Google and Microsoft do. */
async function startTokenServer() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://host').searchParams.get('access_token') ?? ''
    asked.push(token)
    response.setHeader('content-type', 'application/json')
    if (token !== 'good') response.statusCode = 401
    response.end(JSON.stringify(token === 'good' ? { email: user, expires_in: 3600 } : { error: 'invalid_token' }))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://${host}:${port}/token?access_token=`, asked, stop: () => new Promise((resolve) => server.close(resolve)) }
}

describe('an access token', () => {
  it.skipIf(!hasDovecot())('signs in to Dovecot, which asks whose it is; another is refused', async () => {
    const tokens = await startTokenServer()
    const dovecot = await startDovecot({ tokenUrl: tokens.url })
    try {
      const { port } = dovecot
      await dovecot.addUser('by-password', 'geheim')
      const signIn = (auth: Parameters<typeof testImap>[0]['auth']) => testImap({ host, port, security: 'none', auth })
      expect(await signIn({ user, accessToken: 'good' })).toEqual({ error: null, folders: ['INBOX'] })
      expect((await signIn({ user, accessToken: 'expired' })).error).toMatch(/^mailboxes\.wrongPassword/)
      // Whose it is decides the provider, not whoever has it.
      expect((await signIn({ user: 'boss@acme.test', accessToken: 'good' })).error).toMatch(/^mailboxes\.wrongPassword/)
      expect((await signIn({ user, password: 'good' })).error).toMatch(/^mailboxes\.wrongPassword/)
      expect(await signIn({ user: 'by-password', password: 'geheim' })).toMatchObject({ error: null })
      expect(new Set(tokens.asked)).toEqual(new Set(['good', 'expired']))
    } finally {
      await dovecot.stop()
      await tokens.stop()
    }
  })

  it('signs in to a server in this process', async () => {
    const server = await startImapServer()
    await server.addUser(user, 'good')
    const account = { host, port: server.port, security: 'none' as const }
    server.faults.log = []
    expect(await testImap({ ...account, auth: { user, accessToken: 'good' } })).toMatchObject({ error: null })
    expect(server.faults.log.some((line) => line.startsWith('AUTHENTICATE XOAUTH2'))).toBe(true)
    await server.stop()
  })

  it('signs in where mail is sent; one that is refused is no reason to give the message up, and says so', async () => {
    const server = await startSmtp({
      disabledCommands: ['STARTTLS'],
      authMethods: ['XOAUTH2'],
      allowInsecureAuth: true,
      onAuth: ({ username = '', accessToken }, _session, callback) =>
        callback(null, accessToken === 'good' && username === user ? { user } : { data: { status: '401' } }),
    })
    const serverOf = (accessToken: string) => ({ host, port: server.port, security: 'none' as const, auth: { user, accessToken } })
    const mail = {
      recipients: ['ada@example.com'],
      raw: Buffer.from('Subject: Hello\r\n\r\nHello'),
      files: [],
      over: new AbortController().signal,
    } as never
    try {
      expect(await testSmtp(serverOf('good'))).toBeNull()
      expect(await testSmtp(serverOf('expired'))).toMatch(/^mailboxes\.wrongPassword/)
      await mailboxSmtp(serverOf('good'), user).send(mail)
      expect(server.received).toMatchObject([{ from: user, to: ['ada@example.com'] }])
      await expect(mailboxSmtp(serverOf('expired'), user).send(mail)).rejects.toMatchObject({ reason: 'not_allowed', retry: 'soon' })
      expect(server.received).toHaveLength(1)
    } finally {
      await server.close()
    }
  })
})
