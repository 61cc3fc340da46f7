import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

// OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
const argon2id = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const hashPassword = (password: string): Promise<string> => hash(password, argon2id)

// Verified when there is no account, so that a stranger can't tell by the clock.
let decoy: Promise<string> | undefined

/** Takes the same time whether or not there is a hash to compare with. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'))
  const matches = await verify(stored ?? (await decoy), password).catch(() => false)
  return matches && stored != null
}

/** A random secret for links and tokens: 256 bits, URL safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** Secrets of 256 bits need no slow hash; only their SHA-256 is stored. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
