import { Resolver } from 'node:dns/promises'
import { LRUCache } from 'lru-cache'
import { TimeoutError, withTimeout } from '../core/with-timeout'

/** What the DNS said to one question, or the code of why it said nothing. */
export interface DnsAnswer {
  name: string
  type: string
  found: string[]
  code: string | null
}

export type Ask = (name: string, type: string) => Promise<string[][] | string[]>

export class DnsError extends Error {
  constructor(
    readonly code: string,
    readonly question: string,
  ) {
    super(`${question}: ${code}`)
  }
}

/** A server that is slow is no reason for a mail to wait. */
const queryMs = 1200
/** All questions of one kind about one mail. */
const mostQueries = 40
/** After so many questions in a row without any answer the same is not asked for a while. */
const silencesAllowed = 3
const restMs = 30_000

const isNothing = (code: string) => code === 'ENOTFOUND' || code === 'ENODATA'

interface Shared {
  answers: LRUCache<string, { found: string[][] | string[]; code: string | null }>
  silences: LRUCache<string, number>
}
const store = globalThis as typeof globalThis & { __barazaMailDns?: Map<string, Shared> }

function sharedFor(servers: string): Shared {
  store.__barazaMailDns ??= new Map()
  const known = store.__barazaMailDns.get(servers)
  if (known) return known
  const fresh: Shared = {
    answers: new LRUCache({ max: 2000, ttl: 300_000 }),
    silences: new LRUCache({ max: 2000, ttl: restMs }),
  }
  store.__barazaMailDns.set(servers, fresh)
  return fresh
}

/** Where a domain keeps its keys is one place, whatever selectors a sender makes up. Its policy is another, which may well answer. */
const placeOf = (name: string) => name.toLowerCase().replace(/^.*\._domainkey\./, '_domainkey.')

/** Asks the DNS what is published about a sender; each answer is remembered for five minutes. */
export function askDns(servers: readonly string[]): Ask {
  const shared = sharedFor(servers.join())
  const resolver = new Resolver({ timeout: queryMs, tries: 1 })
  if (servers.length > 0) resolver.setServers([...servers])
  return async (name, type) => {
    const question = `${name} ${type}`
    const known = shared.answers.get(question)
    if (known) return answerOf(question, known)
    const place = placeOf(name)
    // The silence of one is counted for nobody else, or a sender could make others' name servers go unasked.
    if ((shared.silences.get(place) ?? 0) >= silencesAllowed) throw new DnsError('ETIMEOUT', question)
    const answer = await lookUp(resolver, name, type)
    if (answer.code === null || isNothing(answer.code)) {
      shared.silences.delete(place)
      shared.answers.set(question, answer)
    } else shared.silences.set(place, (shared.silences.get(place) ?? 0) + 1)
    return answerOf(question, answer)
  }
}

function answerOf(question: string, { found, code }: { found: string[][] | string[]; code: string | null }) {
  if (code !== null) throw new DnsError(code, question)
  return found
}

async function lookUp(resolver: Resolver, name: string, type: string) {
  try {
    // not-words: nobody reads it
    const found = await withTimeout(queryMs, 'the DNS', resolver.resolve(name, type) as Promise<string[][] | string[]>)
    return { found, code: null }
  } catch (error) {
    return { found: [], code: (error as NodeJS.ErrnoException).code ?? 'ETIMEOUT' }
  }
}

/** Asks each question about a mail once, and keeps what was answered. */
export function recording(ask: Ask) {
  const answers: DnsAnswer[] = []
  const asked = new Map<string, ReturnType<Ask>>()
  const beganAt = performance.now()
  const once = async (name: string, type: string) => {
    try {
      const found = await ask(name, type)
      answers.push({ name, type, found: found.map((record) => (Array.isArray(record) ? record.join('') : shown(record))), code: null })
      return found
    } catch (error) {
      answers.push({ name, type, found: [], code: (error as NodeJS.ErrnoException).code ?? 'ETIMEOUT' })
      throw error
    }
  }
  return {
    answers,
    /** For one kind of questions, which get a number and a time of their own: what is still open after `ms` has no answer. */
    until(ms: number): Ask {
      let count = 0
      return async (name, type) => {
        const question = `${name} ${type}`
        const left = Math.max(beganAt + ms - performance.now(), 1)
        const known = asked.get(question)
        if (!known && (left === 1 || ++count > mostQueries)) throw new DnsError('ETIMEOUT', question)
        const answer = known ?? once(name, type)
        asked.set(question, answer)
        try {
          // not-words: nobody reads it
          return await withTimeout(left, 'the DNS', answer)
        } catch (error) {
          throw error instanceof TimeoutError ? new DnsError('ETIMEOUT', question) : error
        }
      }
    },
  }
}

const shown = (record: unknown) => (typeof record === 'string' ? record : JSON.stringify(record))
