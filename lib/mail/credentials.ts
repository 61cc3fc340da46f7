import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { rowsOf } from '../db/rows'
import { type TenantRef, withTenant } from '../db/scope'
import { credentialKeys } from '../secrets'

/** Where a secret is kept. It opens nowhere else: not in another row, another column or another workspace. */
export interface SealedAt {
  tenantId: string
  /** The row it stands in. */
  id: string
  field: string
}

/** A secret that can't be opened: its key is gone, or it was changed or moved. */
export class CredentialError extends Error {}

const prefix = 'v1'
const ivBytes = 12
const tagBytes = 16

const keyIdOf = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 12)
const placeOf = ({ tenantId, id, field }: SealedAt) => Buffer.from(JSON.stringify([prefix, tenantId, id, field]))

/**
 * AES-256-GCM with keys of 32 bytes. The first key encrypts, any of them opens; the text names its key:
 * `v1.<key id>.<iv, ciphertext and tag>`.
 */
export function credentialBox(keys: readonly Buffer[]) {
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]))
  const [current] = keys
  if (!current) throw new Error('there is no key to encrypt with')
  const currentId = keyIdOf(current)
  return {
    seal(at: SealedAt, secret: string): string {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(placeOf(at))
      const bytes = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [prefix, currentId, bytes.toString('base64url')].join('.')
    },
    /** @throws {CredentialError} */
    open(at: SealedAt, sealed: string): string {
      const [version, keyId = '', text = ''] = sealed.split('.')
      const key = byId.get(keyId)
      const bytes = Buffer.from(text, 'base64url')
      if (version !== prefix || !key || bytes.length < ivBytes + tagBytes)
        throw new CredentialError(`no key of this server opens ${at.field} of ${at.id}`)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
        decipher.setAAD(placeOf(at)).setAuthTag(bytes.subarray(-tagBytes))
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new CredentialError(`${at.field} of ${at.id} was changed or moved`, { cause: error })
      }
    },
    isCurrent: (sealed: string) => sealed.startsWith(`${prefix}.${currentId}.`),
  }
}

export type CredentialBox = ReturnType<typeof credentialBox>

/** With the keys of this server. */
export const credentials = (): CredentialBox => credentialBox(credentialKeys())

/** What is encrypted of a mailbox. */
const mailboxSecrets = ['imapPassword', 'smtpPassword', 'accessToken', 'refreshToken'] as const
export type MailboxSecret = (typeof mailboxSecrets)[number]

const sealedRow = z.object({ id: z.string() }).catchall(z.string().nullable())
export interface Rotation {
  rotated: number
  current: number
  /** Which could not be opened. They stay as they are. */
  unreadable: { id: string; field: MailboxSecret }[]
}

/** Encrypts with the newest key what an older one encrypted, also of mailboxes that are deleted and can be restored. */
export function rotateCredentials(tenant: TenantRef, box = credentials()): Promise<Rotation> {
  return withTenant(tenant, async (tx) => {
    const tenantId = tenant.id
    const result: Rotation = { rotated: 0, current: 0, unreadable: [] }
    // Locked, so that a token which is refreshed meanwhile is not put back.
    const rows = await rowsOf(
      sealedRow,
      tx.$queryRaw`SELECT id::text, imap_password AS "imapPassword", smtp_password AS "smtpPassword", access_token AS "accessToken",
        refresh_token AS "refreshToken" FROM mailbox WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`,
    )
    for (const { id, ...row } of rows) {
      const data: { [F in MailboxSecret]?: string } = {}
      for (const field of mailboxSecrets) {
        const sealed = row[field]
        if (!sealed) continue
        if (box.isCurrent(sealed)) {
          result.current++
          continue
        }
        try {
          data[field] = box.seal({ tenantId, id, field }, box.open({ tenantId, id, field }, sealed))
          result.rotated++
        } catch (error) {
          if (!(error instanceof CredentialError)) throw error
          result.unreadable.push({ id, field })
        }
      }
      if (Object.keys(data).length > 0) await tx.mailbox.update({ where: { tenantId_id: { tenantId, id } }, data, select: { id: true } })
    }
    return result
  })
}
