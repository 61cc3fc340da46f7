import { createHash } from 'node:crypto'
import type { Messages } from 'use-intl/core'
import { handedOver, type Texts } from './handed-over'
import { fitting } from './language'
import { messagesOf } from './translator'

const addresses = new WeakMap<Messages, Map<string, string>>()
const mostNames = 40

/** The named part of a catalogue: `sla`, or `tickets.list`; null when it has no such part. */
function pick(messages: Messages, names: string[]): Texts | null {
  const picked: Texts = {}
  for (const name of names) {
    const [top, part, ...rest] = name.split('.') as [string, string?, ...string[]]
    const all = own(messages, top) as Record<string, unknown> | undefined
    const found = part === undefined ? all : own(all, part)
    if (!found || rest.length > 0) return null
    picked[top] = part === undefined ? (all as Record<string, unknown>) : { ...picked[top], [part]: found }
  }
  return picked
}

const own = (from: unknown, name: string): unknown =>
  from && Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined

const hashOf = (texts: Texts) => createHash('sha256').update(JSON.stringify(texts)).digest('base64url').slice(0, 12)

/**
 * Where a browser reads these texts, which it keeps: the address says what they are. In the page itself they were a fifth
 * of it, written anew for every request.
 */
export function addressOfTexts(locale: string, messages: Messages, names: string[]): string {
  const known = addresses.get(messages) ?? new Map<string, string>()
  addresses.set(messages, known)
  const of = names.join(',')
  const before = known.get(of)
  if (before) return before
  const texts = pick(messages, names)
  if (!texts) throw new Error(`no texts of ${of}`)
  const address = `/api/texts/${locale}?of=${of}&v=${hashOf(texts)}`
  handedOver.set(address, texts)
  known.set(of, address)
  return address
}

/** Answers what `addressOfTexts` refers to. What another version of the product refers to is answered as it is here, and not kept. */
export async function answerTexts(url: URL, locale: string): Promise<Response> {
  const language = fitting(locale)
  const names = (url.searchParams.get('of') ?? '').split(',')
  const texts = language && names.length <= mostNames ? pick(await messagesOf(language), names) : null
  if (!texts) return new Response(null, { status: 404 })
  const isSame = hashOf(texts) === url.searchParams.get('v')
  return Response.json(texts, { headers: { 'cache-control': isSame ? 'public, max-age=31536000, immutable' : 'no-store' } })
}
