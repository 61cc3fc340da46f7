import { LRUCache } from 'lru-cache'
import { log } from '../log/log'
import { bucketId, type Settle } from './shared-buckets'

export interface RateVerdict {
  allowed: boolean
  limit: number
  remaining: number
  /** Seconds until a token is there (refused) or until the bucket is full again (allowed). */
  resetSeconds: number
}

/** What a process knows of a bucket that it shares with others. */
interface Known {
  limit: number
  windowMs: number
  /** As last told, less what was given away since. */
  tokens: number
  at: number
  /** Given away and not told. */
  untold: number
}

/** Of a full bucket a process gives so much away before it tells. Limits below that are asked for each token. */
const share = 16
const tellMs = 1000
const hourMs = 3600_000

/**
 * Buckets that several processes share. While at least half is left, a process gives tokens from what it knows, and tells at
 * the latest a second later; else each token is asked for. So a limit holds over all of them, but for a sixteenth that each may
 * have given too many, which is missing afterwards.
 */
export class RateLedger {
  private known = new LRUCache<string, Known>({ max: 100_000, ttl: hourMs })
  private untold = new Map<string, Known>()
  private waiting = new Map<string, { known: Known; answer: (granted: boolean) => void }[]>()
  private timer: NodeJS.Timeout | undefined
  private settling: Promise<void> | undefined

  constructor(private settle: Settle) {}

  /** @param nowMs milliseconds since the epoch */
  async take(key: string, limit: number, nowMs: number, windowMs: number): Promise<RateVerdict> {
    const known = this.fill(key, limit, nowMs, windowMs)
    const isFree = known.tokens >= limit / 2 && known.untold < Math.floor(limit / share)
    const allowed = isFree ? this.give(key, known) : await this.ask(key, known)
    const left = Math.max(0, known.tokens)
    const perMs = limit / windowMs
    const waitMs = allowed ? (limit - left) / perMs : Math.max(1, 1 - known.tokens) / perMs
    return { allowed, limit, remaining: Math.floor(left), resetSeconds: Math.ceil(waitMs / 1000) }
  }

  /** Whether a token is there, by what this process knows. */
  has(key: string, limit: number, nowMs: number): boolean {
    const known = this.known.get(key)
    return !known || known.tokens + (Math.max(0, nowMs - known.at) * limit) / known.windowMs >= 1
  }

  /** Tells what is left to tell. */
  async close() {
    clearTimeout(this.timer)
    await this.tell()
  }

  private fill(key: string, limit: number, nowMs: number, windowMs: number): Known {
    const known = this.known.get(key) ?? { limit, windowMs, tokens: limit, at: nowMs, untold: 0 }
    const filled = (Math.max(0, nowMs - known.at) * limit) / windowMs
    Object.assign(known, { limit, windowMs, tokens: Math.min(limit, known.tokens + filled), at: Math.max(known.at, nowMs) })
    this.known.set(key, known)
    return known
  }

  private give(key: string, known: Known): true {
    known.tokens--
    known.untold++
    this.untold.set(key, known)
    this.timer ??= setTimeout(() => void this.tell(), tellMs).unref()
    return true
  }

  private ask(key: string, known: Known): Promise<boolean> {
    return new Promise((answer) => {
      this.waiting.set(key, [...(this.waiting.get(key) ?? []), { known, answer }])
      void this.tell()
    })
  }

  /** One statement at a time: what comes meanwhile goes together. */
  private tell(): Promise<void> {
    if (this.waiting.size === 0 && this.untold.size === 0) return this.settling ?? Promise.resolve()
    this.settling ??= this.tellAll()
    return this.settling
  }

  private async tellAll() {
    while (this.waiting.size > 0 || this.untold.size > 0) {
      clearTimeout(this.timer)
      this.timer = undefined
      const [waiting, untold] = [this.waiting, this.untold]
      this.waiting = new Map()
      this.untold = new Map()
      const rows = [...new Set([...waiting.keys(), ...untold.keys()])].map((key) => {
        const known = (untold.get(key) ?? waiting.get(key)?.[0]?.known) as Known
        const given = known.untold
        known.untold = 0
        return { key, id: bucketId(key), known, given, asked: waiting.get(key) ?? [] }
      })
      try {
        const accounts = rows.map(({ id, known: { limit, windowMs }, given, asked }) => ({
          id,
          limit,
          windowMs,
          given,
          wanted: asked.length,
        }))
        const balances = new Map((await this.settle(accounts)).map((balance) => [balance.id, balance]))
        for (const { id, known, asked } of rows) {
          const { tokens, granted } = balances.get(id) ?? { tokens: 0, granted: 0 }
          known.tokens = tokens - known.untold
          for (const [n, { answer }] of asked.entries()) answer(n < granted)
        }
      } catch (error) {
        log().warn({ err: error }, 'rate limits could not be shared; this process counts alone')
        for (const { known, asked } of rows) {
          for (const { answer } of asked) {
            const allowed = known.tokens >= 1
            if (allowed) known.tokens--
            answer(allowed)
          }
        }
      }
    }
    this.settling = undefined
  }
}
