import { z } from 'zod'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { isFor } from '../articles/visible'
import { type KnownWord, lettersOf, mostWrong } from './spelling'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** A word to look up: itself, those that differ in a few letters, and where it may go on, those that begin with it. */
export interface LookedUp {
  language: string
  word: string
  /** Looser, for words that share a stem which no stemmer knows. */
  isLoose: boolean
  isPrefix: boolean
}

const row = z.object({ language: z.string(), of: z.string(), word: z.string(), articles: z.int() })

const looseLetters = 4
const mostBegun = 20

/** What is near each word in articles that the actor may read; nobody learns words of others. */
export async function nearWords({ tx, tenant, actor }: Reading, words: readonly LookedUp[]): Promise<(word: LookedUp) => KnownWord[]> {
  if (words.length === 0) return () => []
  const most = words.map(({ word, isLoose }) => (isLoose ? looseLetters : mostWrong(word)))
  const tenantId = tenant.ref.id
  const rows = await rowsOf(
    row,
    tx.$queryRaw`
      SELECT ${plannedOnce} q.language, q.word AS of, n.word, n.articles FROM unnest(${words.map(({ language }) => language)}::text[],
        ${words.map(({ word }) => word)}::text[], ${words.map(({ word }) => lettersOf(word))}::int[], ${most}::int[],
        ${words.map(({ isLoose }) => isLoose)}::bool[], ${words.map(({ isPrefix }) => isPrefix)}::bool[]) AS q (language, word, letters, most, is_loose, is_prefix)
      CROSS JOIN LATERAL (
        SELECT t.word, sum(t.articles)::int AS articles FROM kb_word t
        WHERE NOT q.is_prefix AND t.tenant_id = ${tenantId}::uuid AND t.language = q.language
          AND t.length BETWEEN length(q.word) - q.most AND length(q.word) + q.most AND t.articles > 0 AND ${isFor(actor, 't')}
          AND CASE WHEN q.is_loose THEN bit_count((t.letters & q.letters)::bit(32)) * 5 >= bit_count(q.letters::bit(32)) * 3
            ELSE bit_count((t.letters # q.letters)::bit(32)) <= 2 * q.most END
        GROUP BY t.word
        UNION ALL
        (SELECT t.word, sum(t.articles)::int AS articles FROM kb_word t
        WHERE q.is_prefix AND t.tenant_id = ${tenantId}::uuid AND t.language = q.language AND t.word >= q.word AND t.word < q.word || U&'\\+10FFFF'
          AND t.articles > 0 AND ${isFor(actor, 't')}
        GROUP BY t.word ORDER BY articles DESC, t.word LIMIT ${mostBegun})
      ) n`,
  )
  const near = Map.groupBy(rows, ({ language, of }) => `${language}:${of}`)
  return ({ language, word }) => near.get(`${language}:${word}`) ?? []
}
