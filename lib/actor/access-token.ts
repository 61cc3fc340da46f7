import { jwtVerify, SignJWT } from 'jose'
import { secretFor } from '../secrets'

const key = () => new TextEncoder().encode(secretFor('access-token'))

/** @param minutes how long it is good for (15 unless the tenant says otherwise) */
export const signAccessToken = (claims: { sid: string; tid: string }, minutes: number, now: Date): Promise<string> =>
  new SignJWT({ tid: claims.tid })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(claims.sid)
    .setAudience('baraza-api')
    .setIssuedAt(Math.floor(now.getTime() / 1000))
    .setExpirationTime(Math.floor(now.getTime() / 1000) + minutes * 60)
    .sign(key())

/** @returns null for a token that is expired, tampered with, or not ours */
export async function verifyAccessToken(token: string, now: Date): Promise<{ sid: string; tid: string } | null> {
  try {
    const { payload } = await jwtVerify(token, key(), { audience: 'baraza-api', algorithms: ['HS256'], currentDate: now })
    return typeof payload.sub === 'string' && typeof payload.tid === 'string' ? { sid: payload.sub, tid: payload.tid } : null
  } catch {
    return null
  }
}
