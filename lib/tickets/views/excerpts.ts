import { z } from 'zod'
import { isStaff } from '../../actor/actor'
import { cut } from '../../core/text'
import { bare, likeFolded, placesOf } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import type { CompiledFilter } from '../ticket/filter'
import type { Reading } from '../ticket/queries'

const excerptLength = 160

const foundText = z.object({ id: z.string(), text: z.string() })

/** Where in the messages the words stand. */
export async function excerptsOf(work: Reading, tickets: readonly { id: string }[], { texts: words }: CompiledFilter) {
  if (words.length === 0 || tickets.length === 0) return {}
  const likes = words.map((word) => likeFolded(bare(word)))
  const ids = tickets.map(({ id }) => id)
  const query = work.tx.$queryRaw`
    SELECT DISTINCT ON (m.ticket_id) m.ticket_id::text AS id, m.body_text AS text FROM ticket_message m
    WHERE m.tenant_id = ${work.tenant.ref.id}::uuid AND m.ticket_id = ANY(${ids}::uuid[]) AND fold_text(m.body_text) LIKE ANY(${likes}::text[])
      ${isStaff(work.actor) ? Prisma.empty : Prisma.sql`AND m.kind <> 'note'`}
    ORDER BY m.ticket_id, m.created_at DESC`
  return { excerpts: Object.fromEntries((await rowsOf(foundText, query)).map(({ id, text }) => [id, excerptOf(text, words)])) }
}

function excerptOf(text: string, words: string[]): string {
  const [[at] = [0]] = placesOf(text, words.map(bare))
  const start = at > 40 ? Math.max(0, text.lastIndexOf(' ', at - 30)) : 0
  return (
    (start > 0 ? '… ' : '') +
    cut(
      text
        .slice(start, start + 1000)
        .replace(/\s+/g, ' ')
        .trim(),
      excerptLength,
    )
  )
}
