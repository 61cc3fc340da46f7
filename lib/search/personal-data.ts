import { wordsOf } from '../core/words'
import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { markOf } from '../tickets/ticket/filter'

export const searchData: PersonalData = {
  tables: {
    // Written anew from what is left, by the next sweep.
    ticketSearch: { erase: [{ rows: ({ touchedIds }) => ({ ticketId: { in: touchedIds } }), deletes: true }] },
    searchWord: { erase: [{ by: forgetWords, clears: 'rows' }] },
  },
}

const atOnce = 50

/** What suggests corrections forgets those of their words that nobody else ever wrote. */
async function forgetWords({ tx, tenantId }: PersonalDataWork, { name, emails, ticketIds, messageIds }: DataSubject) {
  const titles = await tx.ticket.findMany({ where: { tenantId, id: { in: ticketIds } }, select: { title: true } })
  const messages = await tx.ticketMessage.findMany({ where: { tenantId, id: { in: messageIds } }, select: { bodyText: true } })
  const files = await tx.attachment.findMany({ where: { tenantId, messageId: { in: messageIds } }, select: { name: true } })
  const texts = [
    name,
    ...emails,
    ...titles.map(({ title }) => title),
    ...messages.map(({ bodyText }) => bodyText),
    ...files.map((file) => file.name),
  ]
  const words = [...new Set(texts.flatMap(wordsOf))]
  for (let at = 0; at < words.length; at += atOnce)
    await tx.$executeRaw`DELETE FROM search_word w WHERE w.tenant_id = ${tenantId}::uuid AND w.word = ANY(${words.slice(at, at + atOnce)}::text[])
      AND cardinality(search_tickets(('''' || ${markOf(tenantId)} || ':' || w.word || '''')::tsquery, 1)) = 0`
}
