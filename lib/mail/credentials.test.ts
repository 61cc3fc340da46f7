import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import { parseEnv } from '../env'
import { openTestDatabase } from '../testing/database'
import { makeTenant } from '../testing/factories'
import { CredentialError, credentialBox, credentials, type MailboxSecret, rotateCredentials } from './credentials'

const [older, newer] = [randomBytes(32), randomBytes(32)]
const box = credentialBox([older])
const at = { tenantId: newId(), id: newId(), field: 'imapPassword' }

describe('a credential', () => {
  it.each(['', 'p', 'geheim €😀', 'x'.repeat(5000)])('%# is read as it was, and is not to be seen in what is stored', (secret) => {
    const sealed = box.seal(at, secret)
    expect(box.open(at, sealed)).toBe(secret)
    if (secret.length > 1) expect(sealed).not.toContain(secret)
    expect(box.seal(at, secret)).not.toBe(sealed)
  })

  it.each([{ tenantId: newId() }, { id: newId() }, { field: 'smtpPassword' }])('does not open where it was moved to: %o', (elsewhere) => {
    expect(() => box.open({ ...at, ...elsewhere }, box.seal(at, 'secret'))).toThrow(CredentialError)
  })

  it('does not open when any part of it was changed, or cut off', () => {
    const sealed = box.seal(at, 'secret')
    for (let i = 0; i < sealed.length; i++) {
      const changed = `${sealed.slice(0, i)}${sealed[i] === 'A' ? 'B' : 'A'}${sealed.slice(i + 1)}`
      // The last letter of base64 has bits that stand for nothing.
      if (i < sealed.length - 1) expect(() => box.open(at, changed), String(i)).toThrow(CredentialError)
      expect(() => box.open(at, sealed.slice(0, i))).toThrow(CredentialError)
    }
  })

  it('opens with an older key, is encrypted with the newest, and never opens without its key', () => {
    const both = credentialBox([newer, older])
    const sealed = box.seal(at, 'secret')
    expect(both.open(at, sealed)).toBe('secret')
    expect(both.isCurrent(sealed)).toBe(false)
    expect(both.isCurrent(both.seal(at, 'secret'))).toBe(true)
    expect(() => box.open(at, both.seal(at, 'secret'))).toThrow(CredentialError)
  })

  it('is encrypted with keys of the environment that nobody can guess', () => {
    const key = () => randomBytes(24).toString('hex')
    const [a, b] = [key(), key()]
    expect(parseEnv({ CREDENTIALS_KEYS: `${a}, ${b}` }).CREDENTIALS_KEYS).toEqual([a, b])
    expect(() => parseEnv({ CREDENTIALS_KEYS: `${a},short` })).toThrow('CREDENTIALS_KEYS: expected keys of at least 32 characters')
    expect(() => parseEnv({ CREDENTIALS_KEYS: `${a},` })).toThrow('CREDENTIALS_KEYS')
  })
})

describe('credentials of mailboxes', () => {
  openTestDatabase()

  it('are encrypted again with the newest key, of one workspace, and what cannot be opened stays as it is', async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()]
    const make = (owner: typeof tenant, secrets: { [F in MailboxSecret]?: string }, deletedAt: Date | null = null) => {
      const id = newId()
      const tenantId = owner.ref.id
      const data = Object.fromEntries(Object.entries(secrets).map(([field, secret]) => [field, box.seal({ tenantId, id, field }, secret)]))
      const address = `${id}@example.com`
      return withTenant(owner.ref, (tx) => tx.mailbox.create({ data: { tenantId, id, name: 'M', address, deletedAt, ...data } }))
    }
    const read = (owner: typeof tenant, id: string) =>
      withTenant(owner.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: owner.ref.id, id } } }))
    const mailbox = await make(tenant, { imapPassword: 'in', smtpPassword: 'out', refreshToken: 'r' })
    const deleted = await make(tenant, { imapPassword: 'gone' }, new Date())
    const foreign = await make(other, { imapPassword: 'theirs' })
    const broken = await make(tenant, {})
    const data = { imapPassword: mailbox.imapPassword }
    await withTenant(tenant.ref, (tx) => tx.mailbox.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: broken.id } }, data }))

    const both = credentialBox([newer, older])
    const unreadable = [{ id: broken.id, field: 'imapPassword' }]
    expect(await rotateCredentials(tenant.ref, both)).toEqual({ rotated: 4, current: 0, unreadable })
    expect(await rotateCredentials(tenant.ref, both)).toEqual({ rotated: 0, current: 4, unreadable })
    const onlyNew = credentialBox([newer])
    const place = { tenantId: tenant.ref.id, id: mailbox.id }
    const after = await read(tenant, mailbox.id)
    expect(onlyNew.open({ ...place, field: 'imapPassword' }, after.imapPassword ?? '')).toBe('in')
    expect(onlyNew.open({ ...place, field: 'smtpPassword' }, after.smtpPassword ?? '')).toBe('out')
    expect(onlyNew.open({ ...place, field: 'refreshToken' }, after.refreshToken ?? '')).toBe('r')
    expect(onlyNew.isCurrent((await read(tenant, deleted.id)).imapPassword ?? '')).toBe(true)
    expect((await read(other, foreign.id)).imapPassword).toBe(foreign.imapPassword)
    expect((await read(tenant, broken.id)).imapPassword).toBe(mailbox.imapPassword)
  })

  it('are encrypted with the secret of the installation where there is no other key', () => {
    expect(credentials().open(at, credentials().seal(at, 'secret'))).toBe('secret')
  })
})
