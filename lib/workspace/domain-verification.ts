import { Resolver } from 'node:dns/promises'
import { type ErrorText, msg, type PlainKey, readMessage } from '../core/message'
import { env } from '../env'

export const verificationName = (hostname: string) => `_baraza-verification.${hostname}`
/** Names the claim, hence the tenant: a record that leads here proves it for nobody else. */
export const verificationTarget = (token: string) => `${token}.verification.${env().ROOT_DOMAIN}`.toLowerCase()

/** `error`: what was found instead; it becomes words when someone reads it. `isGone`: the DNS answered, and there is no such record. */
export type Proof = { isProven: true; error: null } | { isProven: false; error: ErrorText; isGone: boolean }

const problems: Record<string, PlainKey> = {
  ENOTFOUND: 'domains.noName',
  ENODATA: 'domains.noRecord',
  ECONNREFUSED: 'domains.noAnswer',
  ETIMEOUT: 'domains.timeout',
}

export const findings = ['missing', 'wrong', 'taken', 'unanswered'] as const
export type Finding = (typeof findings)[number]

/** What kind of problem an error of a check is: a record that isn't there yet is no failure. */
export function findingOf(error: string): Finding {
  const key = readMessage(error)?.key
  if (key === problems.ENOTFOUND || key === problems.ENODATA) return 'missing'
  if (key === 'domains.wrongTarget' || key === 'domains.wrongToken') return 'wrong'
  return key === 'domains.taken' ? 'taken' : 'unanswered'
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
  const hasCname = 'found' in cname && cname.found.some((value) => value.toLowerCase() === verificationTarget(domain.token))
  if (hasTxt || hasCname) return { isProven: true, error: null }
  const isGone = [txt, cname].every((answer) => 'found' in answer || answer.code === 'ENOTFOUND' || answer.code === 'ENODATA')
  return { isProven: false, isGone, error: whatWasFound(txt, cname) }
}

function whatWasFound(txt: Answer, cname: Answer): ErrorText {
  if ('found' in cname) return msg('domains.wrongTarget', { found: cname.found.join('”, “') })
  if ('found' in txt) return msg('domains.wrongToken', { found: txt.found.join('”, “') })
  return problems[txt.code] ?? msg('domains.code', { code: txt.code })
}
