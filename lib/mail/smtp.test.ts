import tls from 'node:tls'
import { expect, it } from 'vitest'
import { env } from '../env'
import { ownCertificate } from '../testing/certificate'
import { startSmtp } from '../testing/smtp'
import { mailboxSmtp } from './smtp'

it('sends nothing over a version of TLS that is broken, whatever the process allows', async () => {
  const usual = { hosts: env().ALLOW_PRIVATE_HOSTS, version: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS }
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' })
  env().ALLOW_PRIVATE_HOSTS = 'on'
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const server = await startSmtp({ secure: true, disabledCommands: ['AUTH'], ...ownCertificate, ...old })
  try {
    const account = { host: '127.0.0.1', port: server.port, security: 'tls', auth: null } as const
    const mail = {
      recipients: ['ada@example.com'],
      raw: Buffer.from('Subject: Hello\r\n\r\nHello'),
      files: [],
      over: new AbortController().signal,
    }
    await expect(mailboxSmtp(account, 'desk@example.com').send(mail as never)).rejects.toThrow(/version/)
  } finally {
    Object.assign(tls, { DEFAULT_MIN_VERSION: usual.version, DEFAULT_CIPHERS: usual.ciphers })
    env().ALLOW_PRIVATE_HOSTS = usual.hosts
    await server.close()
  }
})
