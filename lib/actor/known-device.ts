import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { secretFor } from '../secrets'
import { readCookie } from './cookies'
import { hashSecret } from './hash'

const lifeSeconds = 400 * 24 * 3600

interface Account {
  /** A tenant's id, or `platform`. */
  scope: string
  slug: string
  email: string
}

interface Holder extends Account {
  id: string
  /** A new password makes every device a stranger's, also one that had the old. */
  passwordHash: string | null
}

/** One cookie an account: a browser may be known to several. */
const cookieName = ({ slug, email }: Account, isHttps: boolean) =>
  `${isHttps ? '__Host-' : ''}baraza.${slug}.device.${hashSecret(email).slice(0, 12)}`

const isHttps = (headers: Headers) => headers.get('x-forwarded-proto') === 'https'

const sign = (device: string, { scope, id, passwordHash }: Holder) =>
  createHmac('sha256', secretFor('known-device'))
    .update(`${scope}\n${id}\n${passwordHash ?? ''}\n${device}`)
    .digest('base64url')

/**
 * The device that the account's owner signed in on before, by its signed cookie; null for any other.
 * @param holder null where no account has this address; the same is done
 */
export function knownDevice(headers: Headers, account: Account, holder: Pick<Holder, 'id' | 'passwordHash'> | null): string | null {
  const [device = '', given = ''] = readCookie(headers, cookieName(account, isHttps(headers)))?.split('.') ?? []
  const expected = Buffer.from(sign(device, { ...account, id: holder?.id ?? '', passwordHash: holder?.passwordHash ?? null }))
  const signature = Buffer.from(given)
  return holder && device && signature.length === expected.length && timingSafeEqual(signature, expected) ? device : null
}

/** Makes the device that is answered a known one. */
export function rememberDevice(headers: Headers, responseHeaders: Headers | undefined, holder: Holder) {
  if (!responseHeaders) return
  const device = knownDevice(headers, holder, holder) ?? randomBytes(9).toString('base64url')
  // not-words: attributes of a cookie
  const secure = isHttps(headers) ? '; Secure' : ''
  const value = `${device}.${sign(device, holder)}`
  responseHeaders.append(
    'set-cookie',
    `${cookieName(holder, isHttps(headers))}=${value}; Path=/; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Lax${secure}`,
  )
}
