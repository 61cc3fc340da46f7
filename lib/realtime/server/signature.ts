import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface Credentials {
  appId: string
  key: string
  secret: string
}

export const sign = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex')

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Whether `auth` ("key:signature") allows this socket this channel, with this data about the member. */
export function mayJoin({ key, secret }: Credentials, auth: unknown, socketId: string, channel: string, channelData?: string): boolean {
  const text = `${socketId}:${channel}${channelData === undefined ? '' : `:${channelData}`}`
  return typeof auth === 'string' && isEqual(auth, `${key}:${sign(secret, text)}`)
}

/** Whether `auth` proves who the user behind this socket is. */
export const maySignIn = ({ key, secret }: Credentials, auth: unknown, socketId: string, userData: string): boolean =>
  typeof auth === 'string' && isEqual(auth, `${key}:${sign(secret, `${socketId}::user::${userData}`)}`)

export interface SignedRequest {
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
}

const toleranceSeconds = 600

/** What is wrong with the signature of a call to the REST API; null when nothing is. */
export function refusalOf({ key, secret }: Credentials, { method, path, query, body }: SignedRequest, now: Date): string | null {
  if (query.get('auth_key') !== key) return 'Unknown auth_key'
  if (query.get('auth_version') !== '1.0') return 'Unknown auth_version'
  const age = Math.abs(now.getTime() / 1000 - Number(query.get('auth_timestamp') ?? Number.NaN))
  if (!(age <= toleranceSeconds)) return 'Timestamp expired or from the future'
  const md5 = query.get('body_md5')
  if (body.length > 0 && md5 !== createHash('md5').update(body).digest('hex')) return 'Invalid body_md5'
  const signed = [...query]
    .filter(([name]) => name !== 'auth_signature')
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const expected = sign(secret, `${method}\n${path}\n${signed}`)
  return isEqual(query.get('auth_signature') ?? '', expected) ? null : 'Invalid signature'
}
