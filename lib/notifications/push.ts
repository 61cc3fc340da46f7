import { createECDH } from 'node:crypto'
import webpush from 'web-push'
import { env } from '../env'
import { postGuarded } from '../net/guarded'
import { secretFor } from '../secrets'
import type { PushMessage } from './schema'

let made: { publicKey: string; privateKey: string } | undefined

/** The keys browsers know this installation by: given, or derived from its secret, so that they outlive a restart. */
export function vapidKeys(): { publicKey: string; privateKey: string } {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = env()
  if (publicKey && privateKey) return { publicKey, privateKey }
  if (!made) {
    const pair = createECDH('prime256v1')
    pair.setPrivateKey(Buffer.from(secretFor('push'), 'base64url'))
    made = { publicKey: pair.getPublicKey('base64url'), privateKey: pair.getPrivateKey('base64url').padStart(43, 'A') }
  }
  return made
}

interface Target {
  endpoint: string
  p256dh: string
  auth: string
}

const daySeconds = 86400

/**
 * Hands a message, encrypted for one browser, to its push service (RFC 8030, 8291, 8292).
 * @returns whether the browser is still there
 * @throws when the service could not take it now
 */
export async function push({ endpoint, p256dh, auth }: Target, message: PushMessage, isUrgent: boolean): Promise<boolean> {
  const details = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(message), {
    vapidDetails: { subject: `mailto:postmaster@${env().ROOT_DOMAIN}`, ...vapidKeys() },
    TTL: daySeconds,
    urgency: isUrgent ? 'high' : 'normal',
    // The service keeps only the newest of a topic for a browser that is away.
    topic: message.id.replaceAll('-', '').slice(0, 32),
  })
  const headers = details.headers as unknown as Record<string, string | number>
  const { status, text } = await postGuarded(endpoint, { headers, body: details.body })
  if (status === 404 || status === 410) return false
  if (status < 200 || status > 299) throw new Error(`the push service answered ${status}: ${text.slice(0, 200)}`)
  return true
}
