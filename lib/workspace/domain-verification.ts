import { Resolver } from 'node:dns/promises'
import { type ErrorText, msg, type PlainKey } from '../core/message'
import { env } from '../env'

export const verificationName = (hostname: string) => `_baraza-verification.${hostname}`
export const verificationTarget = () => `verification.${env().ROOT_DOMAIN}`

export interface Proof {
  isProven: boolean
  /** What was found instead; it becomes words when someone reads it. */
  error: ErrorText | null
}

const problems: Record<string, PlainKey> = {
  ENOTFOUND: 'domains.noName',
  ENODATA: 'domains.noRecord',
  ECONNREFUSED: 'domains.noAnswer',
  ETIMEOUT: 'domains.timeout',
}

type Answer = { found: string[] } | { code: string }

async function ask(question: () => Promise<string[]>): Promise<Answer> {
  try {
    return { found: await question() }
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' }
  }
}

/** Looks for the TXT or the CNAME record that proves who holds the domain. */
export async function proveDomain(domain: { hostname: string; token: string }, servers?: string[]): Promise<Proof> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  if (servers) resolver.setServers(servers)
  const name = verificationName(domain.hostname)
  const [txt, cname] = await Promise.all([
    ask(async () => (await resolver.resolveTxt(name)).map((chunks) => chunks.join(''))),
    ask(() => resolver.resolveCname(name)),
  ])
  const wanted = [domain.token, `baraza-verification=${domain.token}`]
  const hasTxt = 'found' in txt && txt.found.some((value) => wanted.includes(value.trim()))
  const hasCname = 'found' in cname && cname.found.some((value) => value.toLowerCase() === verificationTarget())
  if (hasTxt || hasCname) return { isProven: true, error: null }
  if ('found' in txt) return { isProven: false, error: msg('domains.wrongToken', { found: txt.found.join('”, “') }) }
  return { isProven: false, error: problems[txt.code] ?? msg('domains.code', { code: txt.code }) }
}
