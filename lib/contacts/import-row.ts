import { z } from 'zod'
import { letLoopTurn } from '../core/event-loop'
import { joinName } from '../core/person-name'
import { emailInput, nameInput as personName, phoneInput, tagInput } from '../core/schema'
import { say } from '../text/say'
import type { Translator } from '../text/translator'
import type { Table } from './import-file'
import { personKey, phoneDigits, sharesWord } from './import-match'
import { type ImportMapping, type ImportTarget, tiers } from './schema'

const mostPhones = 10
const mostEmails = 20

export const importRow = z.object({
  name: personName,
  /** The table says the name; else it is made of the address. */
  isNamed: z.boolean(),
  emails: z.array(emailInput).max(mostEmails),
  phones: z.array(phoneInput).max(mostPhones),
  organisation: z.string().trim().max(120).nullable(),
  tier: z.enum(tiers).nullable(),
  tags: z.array(tagInput).max(20),
  notes: z.string().max(10_000),
})
export type ImportRow = z.output<typeof importRow>

export interface MappedRow {
  line: number
  row: ImportRow | null
  problem: string | null
}

const unique = (all: readonly string[]) => [...new Set(all)]
const pieces = (text: string, between: RegExp) =>
  unique(
    text
      .split(between)
      .map((each) => each.trim())
      .filter(Boolean),
  )

/** Google writes three colons between several. */
const separators = /[,;|\n]|\s*:::\s*/
const betweenAddresses = /[,;|\s]+(?::::\s*)?/

const isPhone = (text: string) => phoneInput.safeParse(text).success && phoneDigits(text).length >= 7

/** A slash is part of a number, unless there is a whole number on each side of it. */
const phonesIn = (text: string) =>
  pieces(text, separators).flatMap((each) => {
    const parts = each.split(/\s*\/\s*/)
    return parts.length > 1 && parts.every(isPhone) ? parts : [each]
  })

/** "Jane <jane@example.com>" is an address with a name before it. */
const addressesIn = (text: string) => pieces(text.replace(/[^,;|<>\n]*<([^<>\s]+)>/g, ' $1 '), betweenAddresses)

/** Each line as a contact, or what is wrong with it. Somebody who comes twice is taken once. */
export async function mapRows({ columns, rows }: Table, mapping: ImportMapping, t: Translator): Promise<MappedRow[]> {
  const places = columns.flatMap((column, n) => (Object.hasOwn(mapping, column) ? [{ n, target: mapping[column] as ImportTarget }] : []))
  const seen = new Seen()
  const map = ({ line, cells }: Table['rows'][number]): MappedRow => {
    const given: Partial<Record<ImportTarget, string>> = {}
    for (const { n, target } of places) {
      // What our own export marks as text for spreadsheets is the text.
      const cell = cells[n]?.replace(/^'(?=[=+\-@＝＋－＠])/, '')
      const between = target === 'name' || target === 'firstName' || target === 'lastName' ? ' ' : target === 'notes' ? '\n' : ', '
      if (cell) given[target] = given[target] ? `${given[target]}${between}${cell}` : cell
    }
    const emails = addressesIn(given.email ?? '')
    const name = given.name ?? (joinName({ firstName: given.firstName ?? '', lastName: given.lastName ?? '' }) || undefined)
    const phones = phonesIn(given.phone ?? '')
    const result = importRow.safeParse({
      name: name ?? emails[0]?.split('@')[0] ?? '',
      isNamed: name !== undefined,
      emails,
      phones,
      organisation: given.organisation ?? null,
      tier: given.tier?.toLowerCase() ?? null,
      tags: pieces(given.tags ?? '', separators).filter((tag) => !tag.startsWith('* ')),
      notes: given.notes ?? '',
    })
    if (!result.success) return { line, row: null, problem: problemOf(result.error, { emails, phones }, t) }
    const row = { ...result.data, emails: unique(result.data.emails) }
    const before = seen.before(row)
    if (before) {
      const problem = before.email
        ? t('errors.contacts.duplicateLine', { email: before.email, line: before.line })
        : t('errors.contacts.duplicatePerson', { name: row.name, line: before.line })
      return { line, row: null, problem }
    }
    seen.add(row, line)
    return { line, row, problem: null }
  }
  const mapped: MappedRow[] = []
  for (const row of rows) {
    mapped.push(map(row))
    await letLoopTurn()
  }
  return mapped
}

/** Says of several values in a cell which is wrong. */
function problemOf(error: z.ZodError, lists: Record<'emails' | 'phones', string[]>, t: Translator): string {
  return unique(
    error.issues.map(({ path: [field, at], message }) => {
      const value = typeof at === 'number' && (field === 'emails' || field === 'phones') ? lists[field][at] : undefined
      return t('errors.contacts.cell', {
        field: t(`contacts.import.fields.${fieldOf(field)}`),
        value: value ?? '',
        problem: say(message, t),
      })
    }),
  ).join(' ')
}

const fields = ['name', 'emails', 'phones', 'organisation', 'tier', 'tags', 'notes'] as const
const fieldOf = (path: PropertyKey | undefined) => fields.find((field) => field === path) ?? 'name'

/** Who stood in the file so far. */
class Seen {
  #emails = new Map<string, number>()
  #names = new Map<string, number>()
  #phones = new Map<string, { name: string; line: number }>()

  before(row: ImportRow): { line: number; email: string | null } | null {
    for (const email of row.emails) {
      const line = this.#emails.get(email)
      if (line !== undefined) return { line, email }
    }
    if (row.emails.length > 0) return null
    for (const phone of row.phones) {
      const other = this.#phones.get(phoneDigits(phone))
      if (other && sharesWord(other.name, row.name)) return { line: other.line, email: null }
    }
    const line = this.#names.get(personKey(row))
    return line === undefined ? null : { line, email: null }
  }

  add(row: ImportRow, line: number) {
    for (const email of row.emails) this.#emails.set(email, line)
    for (const phone of row.phones) this.#phones.set(phoneDigits(phone), { name: row.name, line })
    this.#names.set(personKey(row), line)
  }
}
