import { createECDH } from 'node:crypto'
import webpush from 'web-push'
import { env } from '../env'
import { postGuarded } from '../net/guarded'
import { secretFor } from '../secrets'
import type { PushMessage } from './schema'

/** The keys browsers know this installation by: given, or derived from its secret, so that they outlive a restart. */
export function vapidKeys(): { publicKey: string; privateKey: string } {
  const { VAPID_PUBLIC_KEY: given, VAPID_PRIVATE_KEY: secret } = env()
  if (given && secret) return { publicKey: given, privateKey: secret }
  return keysOf(secretFor('push'))
}

/** @param privateKey 32 bytes in base64url */
export function keysOf(privateKey: string): { publicKey: string; privateKey: string } {
  const pair = createECDH(curve)
  pair.setPrivateKey(privateKey, 'base64url')
  return { publicKey: pair.getPublicKey('base64url'), privateKey }
}

const curve = 'prime256v1'

/** Whether something can be encrypted for a browser with this key (RFC 8291). */
export function isBrowserKey(p256dh: string): boolean {
  try {
    const pair = createECDH(curve)
    pair.generateKeys()
    pair.computeSecret(p256dh, 'base64url')
    return true
  } catch {
    return false
  }
}

interface Target {
  endpoint: string
  p256dh: string
  auth: string
}

const daySeconds = 86400

/**
 * Hands a message, encrypted for one browser, to its push service (RFC 8030, 8291, 8292).
 * @returns `gone`: the service will never take anything for this browser again
 * @throws when the service could not take it now
 */
export async function push({ endpoint, p256dh, auth }: Target, message: PushMessage, isUrgent: boolean): Promise<'sent' | 'gone'> {
  const details = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, JSON.stringify(message), {
    vapidDetails: { subject: `mailto:postmaster@${env().ROOT_DOMAIN}`, ...vapidKeys() },
    TTL: daySeconds,
    urgency: isUrgent ? 'high' : 'normal',
    // The service keeps only the newest of a topic for a browser that is away.
    topic: message.id.replaceAll('-', '').slice(0, 32),
  })
  const headers = details.headers as unknown as Record<string, string | number>
  const { status, text } = await postGuarded(endpoint, { headers, body: details.body, timeoutMs: 8000 })
  if (status >= 200 && status <= 299) return 'sent'
  const mayPass = status === 408 || status === 425 || status === 429 || status >= 500
  if (!mayPass) return 'gone'
  throw new Error(`the push service answered ${status}: ${text.slice(0, 200)}`)
}
