import { createHash } from 'node:crypto'
import { z } from 'zod'
import { foldText } from '../core/words'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'

/** By what rows are recognised. */
interface Recognised {
  name: string
  emails: readonly string[]
  phones: readonly string[]
  organisation: string | null
}

/** Somebody without an address goes by name and organisation. */
export const personKey = ({ name, organisation }: Pick<Recognised, 'name' | 'organisation'>): string =>
  `${foldText(name).trim()}\n${foldText(organisation ?? '').trim()}`

export const phoneDigits = (phone: string): string => phone.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '')

const wordsIn = (name: string) =>
  foldText(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1)

/** A number that several share says who it is only together with something of the name. */
export const sharesWord = (one: string, other: string): boolean => {
  const words = new Set(wordsIn(one))
  return wordsIn(other).some((word) => words.has(word))
}

/** Which contact a row is about, and by what it was recognised; `several` where it could be more than one. */
export type Match = { id: string; name: string; by: 'email' | 'phone' | 'name' } | 'several' | null

const addressed = z.object({ id: z.string(), name: z.string(), email: z.string() })
const person = z.object({
  id: z.string(),
  name: z.string(),
  folded: z.string(),
  organisation: z.string(),
  digits: z.array(z.string()),
})

type Reading = Pick<Work, 'tx' | 'tenant'>

/** What the database keeps of a contact to be recognised by; it is looked at more closely then. */
const keysOf = ({ name, phones }: Recognised): string[] => [
  `name:${createHash('md5').update(foldText(name).trim()).digest('hex')}`,
  ...phones.map((phone) => `phone:${phoneDigits(phone).slice(0, 40)}`),
]

async function readPeople({ tx, tenant }: Reading, rows: readonly Recognised[]) {
  const unaddressed = rows.filter((row) => row.emails.length === 0)
  if (unaddressed.length === 0) return []
  const keys = [...new Set(unaddressed.flatMap(keysOf))]
  return rowsOf(
    person,
    tx.$queryRaw`
      SELECT c.id::text, c.name, btrim(fold_text(c.name)) AS folded, btrim(fold_text(coalesce(o.name, ''))) AS organisation, p.digits
      FROM contact c
      LEFT JOIN organisation o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.deleted_at IS NULL,
      LATERAL (SELECT coalesce(array_agg(ltrim(regexp_replace(replace(phone, '(0)', ''), '\\D', '', 'g'), '0')), '{}') AS digits
        FROM unnest(c.phones) AS phone) p
      WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.deleted_at IS NULL
        AND c.id IN (SELECT k.contact_id FROM contact_key k WHERE k.tenant_id = ${tenant.ref.id}::uuid AND k.key = ANY(${keys}::text[]))
      ORDER BY c.created_at, c.id`,
  )
}

/**
 * Who is known of the rows: by an address; without one by a phone number and something of the name, else by name and organisation.
 */
export async function matchRows({ tx, tenant }: Reading, rows: readonly Recognised[]): Promise<Match[]> {
  const tenantId = tenant.ref.id
  const emails = rows.flatMap((row) => row.emails)
  const holders =
    emails.length === 0
      ? []
      : await rowsOf(
          addressed,
          tx.$queryRaw`SELECT c.id::text, c.name, a.email FROM contact_address a
            JOIN contact c ON c.tenant_id = a.tenant_id AND c.id = a.contact_id
            WHERE a.tenant_id = ${tenantId}::uuid AND a.email = ANY(${emails}::text[])`,
        )
  const byEmail = new Map(holders.map((holder) => [holder.email, holder]))
  const people = await readPeople({ tx, tenant }, rows)
  const byName = Map.groupBy(people, ({ folded, organisation }) => `${folded}\n${organisation}`)
  const byPhone = new Map<string, (typeof people)[number][]>()
  for (const each of people) for (const phone of each.digits) byPhone.set(phone, [...(byPhone.get(phone) ?? []), each])
  return rows.map((row): Match => {
    const held = one(
      row.emails.flatMap((email) => byEmail.get(email) ?? []),
      'email',
    )
    if (held || row.emails.length > 0) return held
    const called = row.phones.flatMap((phone) => (byPhone.get(phoneDigits(phone)) ?? []).filter(({ name }) => sharesWord(name, row.name)))
    return one(called, 'phone') ?? one(byName.get(personKey(row)) ?? [], 'name')
  })
}

function one(found: readonly { id: string; name: string }[], by: 'email' | 'phone' | 'name'): Match {
  const [first] = found
  if (!first) return null
  return found.some(({ id }) => id !== first.id) ? 'several' : { id: first.id, name: first.name, by }
}
