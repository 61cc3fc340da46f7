import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { isStaff } from '../../actor/actor'
import { type Filter, leavesOf, parseFilter } from '../../core/filter'
import { distance, isMemorable, slipsIn, wordsOf } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { tsqueryOf, weightsFor } from '../ticket/attribute-question'
import { inIndex, markOf } from '../ticket/filter'
import type { Reading } from '../ticket/queries'

export interface Correction {
  from: string
  to: string
}

const mostCorrected = 5

/**
 * Words that stand nowhere the asker may read give way to the nearest that does; null where there is nothing to put right.
 * What is hidden from the asker has no part in it: neither is a word known for standing there, nor is it suggested.
 */
export async function correct(work: Reading, text: string): Promise<{ filter: Filter; corrections: Correction[] } | null> {
  const filter = parseFilter(text)
  const words = new Set(leavesOf(filter).flatMap((leaf) => (leaf.kind === 'text' && !leaf.isExact ? wordsOf(leaf.text) : [])))
  const doubtful = [...words].filter((word) => slipsIn(word) > 0 && isMemorable(word))
  if (doubtful.length === 0) return null
  const known = new Set(await readable(work, doubtful, { isExact: false }))
  const unknown = doubtful.filter((word) => !known.has(word)).slice(0, mostCorrected)
  const replaced = new Map<string, string>()
  for (const word of unknown) {
    const near = nearestFirst(word, await (isStaff(work.actor) ? everWritten(work, word) : readByCustomer(work, word)))
    const [nearest] = isStaff(work.actor) ? await readable(work, near, { isExact: true, most: 1 }) : near
    if (nearest !== undefined) replaced.set(word, nearest)
  }
  if (replaced.size === 0) return null
  return { filter: mend(filter, replaced), corrections: [...replaced].map(([from, to]) => ({ from, to })) }
}

function mend(part: Filter, replaced: ReadonlyMap<string, string>): Filter {
  if (part.kind === 'all' || part.kind === 'any') return { ...part, parts: part.parts.map((each) => mend(each, replaced)) }
  if (part.kind === 'not') return { ...part, part: mend(part.part, replaced) }
  if (part.kind !== 'text' || part.isExact) return part
  return {
    ...part,
    text: wordsOf(part.text)
      .map((word) => replaced.get(word) ?? word)
      .join(' '),
  }
}

/** The first letter is seldom the wrong one. */
function nearestFirst(word: string, others: string[]): string[] {
  const begins = (other: string) => Number(other[0] === word[0])
  return others
    .map((other) => ({ other, slips: distance(word, other, slipsIn(word)) }))
    .filter(({ slips }) => slips <= slipsIn(word))
    .sort((a, b) => a.slips - b.slips || begins(b.other) - begins(a.other) || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other)
}

const wordRow = z.object({ word: z.string() })
const read = async (query: PromiseLike<unknown>) => (await rowsOf(wordRow, query)).map(({ word }) => word)

/** Which of these stand in a ticket that the asker may read, as they are or as a beginning; `most` of them, in this order. */
function readable({ tx, tenant, actor }: Reading, words: string[], { isExact, most }: { isExact: boolean; most?: number }) {
  const queries = words.map((text) => tsqueryOf({ mark: markOf(tenant.ref.id), actor }, { text, isExact }))
  const query = Prisma.sql`w.query`
  const isThere = isStaff(actor)
    ? Prisma.sql`cardinality(${inIndex(actor, query, 1)}) > 0`
    : Prisma.sql`EXISTS (SELECT 1 FROM ticket t JOIN ticket_search s ON s.tenant_id = t.tenant_id AND s.ticket_id = t.id
        WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${visibleTo(actor)} AND s.document @@ w.query::tsquery)`
  return read(tx.$queryRaw`
    SELECT w.word FROM unnest(${words}::text[], ${queries}::text[]) AS w (word, query) WHERE ${isThere}
    ${most === undefined ? Prisma.empty : Prisma.sql`LIMIT ${most}`}`)
}

const isLikelyLong = (text: Prisma.Sql, word: string) =>
  Prisma.sql`length(${text}) BETWEEN ${[...word].length - slipsIn(word)} AND ${[...word].length + slipsIn(word)}`

/**
 * Words that anyone ever wrote, among them those that are hidden from the asker. Of a word in which one letter is wrong its
 * first or its last half is right, of one in which two are a third; only two slips at both ends of it are out of reach.
 */
function everWritten({ tx, tenant }: Reading, word: string) {
  const letters = [...word]
  const right = Math.max(1, Math.floor((letters.length - slipsIn(word)) / (slipsIn(word) + 1)))
  const begins = (column: string, piece: string) =>
    Prisma.sql`SELECT s.word FROM search_word s WHERE s.tenant_id = ${tenant.ref.id}::uuid AND ${isLikelyLong(Prisma.sql`s.word`, word)}
      AND s.${Prisma.raw(column)} >= ${piece}::text COLLATE "C" AND s.${Prisma.raw(column)} < (${piece}::text || U&'\\+10FFFF') COLLATE "C"`
  return read(tx.$queryRaw`${begins('word', letters.slice(0, right).join(''))}
    UNION ${begins('ending', letters.slice(-right).reverse().join(''))}`)
}

const mostRead = 500

/** The words of a customer's newest tickets: nothing that is not theirs is even looked at. */
async function readByCustomer({ tx, tenant, actor }: Reading, word: string) {
  const found = await read(tx.$queryRaw`
    SELECT DISTINCT split_part(u.lexeme, ':', 2) AS word
    FROM (SELECT t.tenant_id, t.id FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${visibleTo(actor)}
      ORDER BY t.id DESC LIMIT ${mostRead}) n
    JOIN ticket_search s ON s.tenant_id = n.tenant_id AND s.ticket_id = n.id CROSS JOIN LATERAL unnest(s.document) AS u
    WHERE u.weights && ${[...weightsFor(actor)]}::text[] AND ${isLikelyLong(Prisma.sql`split_part(u.lexeme, ':', 2)`, word)}`)
  return found.filter(isMemorable)
}
