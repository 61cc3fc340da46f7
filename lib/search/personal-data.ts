import { z } from 'zod'
import { wordsOf } from '../core/words'
import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { markOf } from '../tickets/ticket/filter'

export const searchData: PersonalData = {
  tables: {
    // Written anew from what is left, by the next sweep.
    ticketSearch: { erase: [{ rows: ({ touchedIds }) => ({ ticketId: { in: touchedIds } }), deletes: true }] },
    searchWord: { erase: [{ by: forgetWords, clears: 'rows', through: [] }] },
  },
}

const atOnce = 50

/** What suggests corrections forgets those of their words that nobody else ever wrote. */
async function forgetWords({ tx, tenantId }: PersonalDataWork, { name, emails, ticketIds, messageIds }: DataSubject) {
  const tickets = await tx.ticket.findMany({ where: { tenantId, id: { in: ticketIds } }, select: { title: true, fields: true } })
  const messages = await tx.ticketMessage.findMany({
    where: { tenantId, id: { in: messageIds } },
    select: { bodyText: true, quotedText: true },
  })
  const files = await tx.attachment.findMany({ where: { tenantId, messageId: { in: messageIds } }, select: { name: true } })
  const texts = [
    name,
    ...emails,
    ...tickets.map(({ title }) => title),
    ...tickets.flatMap(({ fields }) => Object.values(z.record(z.string(), z.unknown()).parse(fields)).flat().map(String)),
    ...messages.flatMap(({ bodyText, quotedText }) => [bodyText, quotedText ?? '']),
    ...files.map((file) => file.name),
  ]
  const words = [...new Set(texts.flatMap(wordsOf))]
  for (let at = 0; at < words.length; at += atOnce)
    await tx.$executeRaw`DELETE FROM search_word w WHERE w.tenant_id = ${tenantId}::uuid AND w.word = ANY(${words.slice(at, at + atOnce)}::text[])
      AND cardinality(search_tickets(('''' || ${markOf(tenantId)} || ':' || w.word || '''')::tsquery, 1)) = 0`
}
