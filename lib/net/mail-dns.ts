import { Resolver } from 'node:dns/promises'
import { LRUCache } from 'lru-cache'
import { withTimeout } from '../core/with-timeout'

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
/** All questions about one mail; whoever signs a hundred times asks for nothing. */
const mostQueries = 60
/** After so many questions in a row without any answer nobody asks for a while. */
const silencesAllowed = 3
const restMs = 30_000

const isNothing = (code: string) => code === 'ENOTFOUND' || code === 'ENODATA'

interface Shared {
  answers: LRUCache<string, { found: string[][] | string[]; code: string | null }>
  silences: number
  restsUntil: number
}
const store = globalThis as typeof globalThis & { __barazaMailDns?: Map<string, Shared> }

function sharedFor(servers: string): Shared {
  store.__barazaMailDns ??= new Map()
  const known = store.__barazaMailDns.get(servers)
  if (known) return known
  const fresh: Shared = { answers: new LRUCache({ max: 2000, ttl: 300_000 }), silences: 0, restsUntil: 0 }
  store.__barazaMailDns.set(servers, fresh)
  return fresh
}

/** Asks the DNS what is published about a sender; each answer is remembered for five minutes. */
export function askDns(servers: readonly string[]): Ask {
  const shared = sharedFor(servers.join())
  const resolver = new Resolver({ timeout: queryMs, tries: 1 })
  if (servers.length > 0) resolver.setServers([...servers])
  return async (name, type) => {
    const question = `${name} ${type}`
    const known = shared.answers.get(question)
    if (known) return answerOf(question, known)
    if (Date.now() < shared.restsUntil) throw new DnsError('ETIMEOUT', question)
    const answer = await lookUp(resolver, name, type)
    if (answer.code === null || isNothing(answer.code)) {
      shared.silences = 0
      shared.answers.set(question, answer)
    } else if (++shared.silences >= silencesAllowed) {
      shared.silences = 0
      shared.restsUntil = Date.now() + restMs
    }
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

/** Asks, and keeps what was answered. */
export function recording(ask: Ask): { ask: Ask; answers: DnsAnswer[] } {
  const answers: DnsAnswer[] = []
  let asked = 0
  return {
    answers,
    async ask(name, type) {
      if (++asked > mostQueries) throw new DnsError('ETIMEOUT', `${name} ${type}`)
      try {
        const found = await ask(name, type)
        answers.push({ name, type, found: found.map((record) => (Array.isArray(record) ? record.join('') : shown(record))), code: null })
        return found
      } catch (error) {
        answers.push({ name, type, found: [], code: (error as NodeJS.ErrnoException).code ?? 'ETIMEOUT' })
        throw error
      }
    },
  }
}

const shown = (record: unknown) => (typeof record === 'string' ? record : JSON.stringify(record))
