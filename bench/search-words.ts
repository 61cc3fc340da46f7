import type pg from 'pg'
import { documentOf, isMemorable, weights, wordsOf } from '../lib/core/words'
import { stories } from '../lib/demo/stories'

/** What a ticket is found by, as the subscriber writes it, once for all tickets of a story. */
export async function indexWords(pool: pg.Pool, tenantId: string) {
  const { markOf } = await import('../lib/tickets/ticket/filter')
  const mark = markOf(tenantId)
  const documents = stories.map(({ title, turns }) =>
    documentOf(mark, [
      { weight: weights.title, text: title },
      { weight: weights.said, text: turns.join('\n') },
    ]),
  )
  await pool.query(
    `INSERT INTO desk.ticket_search (tenant_id, ticket_id, document, updated_at, version)
     SELECT t.tenant_id, t.id, (s.document || ' ''' || $4 || ':@' || t.department_id || '''')::tsvector, now(),
       (SELECT coalesce(max(version), 1) FROM desk.ticket_search)
     FROM desk.ticket t JOIN unnest($2::text[], $3::text[]) AS s(title, document) ON s.title = t.title
     WHERE t.tenant_id = $1 AND t.department_id IS NOT NULL ON CONFLICT DO NOTHING`,
    [tenantId, stories.map(({ title }) => title), documents, mark],
  )
  const words = [...new Set(stories.flatMap(({ title, turns }) => wordsOf([title, ...turns].join('\n'))))].filter(isMemorable)
  await pool.query(
    `INSERT INTO desk.search_word (tenant_id, word, ending) SELECT $1, w, reverse(w) FROM unnest($2::text[]) w ON CONFLICT DO NOTHING`,
    [tenantId, words],
  )
}
