import { Resolver } from 'node:dns/promises'
import { env } from '../env'

export const verificationName = (hostname: string) => `_baraza-verification.${hostname}`
export const verificationTarget = () => `verification.${env().ROOT_DOMAIN}`

export interface Proof {
  isProven: boolean
  /** What was found instead, in words for the person who set the record. */
  error: string | null
}

const says: Record<string, string> = {
  ENOTFOUND: 'The name does not exist yet. New records can take an hour to be seen.',
  ENODATA: 'The name exists, but without this record.',
  ECONNREFUSED: 'The DNS server did not answer. This is tried again.',
  ETIMEOUT: 'The DNS server did not answer in time. This is tried again.',
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
  if ('found' in txt) return { isProven: false, error: `The TXT record says "${txt.found.join('", "')}", not the token.` }
  return { isProven: false, error: says[txt.code] ?? `The DNS answered ${txt.code}.` }
}
