import { z } from 'zod'
import { documentOf, isMemorable, weights, wordsOf } from '../core/words'
import { idsOf, rowsOf } from '../db/rows'
import { withTenant } from '../db/scope'
import type { EventOf } from '../events/event-types'
import { defineSubscriber, forEach } from '../events/subscriber'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'
import { markOf } from '../tickets/ticket/filter'

const longestText = 300_000

/** Writes the words of a ticket whenever they change; it may be done twice. */
export const indexTicket = defineSubscriber('search.index', {
  ...forEach(
    ['ticket.created', 'ticket.replied', 'ticket.noted', 'ticket.tagged', 'ticket.details_changed', 'message.edited'],
    (work, { subjectId }) => writeDocument(work, subjectId as string),
  ),
  // Of two that were merged or parted both have other words now.
  ...forEach(['ticket.merged', 'ticket.unmerged'], async (work, { subjectId, payload }) => {
    await writeDocument(work, subjectId as string)
    await writeDocument(work, payload.fromId)
  }),
  'contact.changed': async (work, event) => (isKnownAs(event) ? undefined : forgetOf(work, [event.subjectId])),
  'contact.merged': (work, { subjectId, payload }) => forgetOf(work, [subjectId, payload.fromId]),
  'contact.unmerged': (work, { subjectId, payload }) => forgetOf(work, [subjectId, payload.fromId, payload.intoId]),
})

/** Whether a contact that changed still has the name and the addresses by which it is found. */
function isKnownAs({ payload }: EventOf<'contact.changed'>): boolean {
  const { before, after } = payload as Record<'before' | 'after', { name?: string; emails?: string[] } | undefined>
  const said = (contact: { name?: string; emails?: string[] }) => JSON.stringify([contact.name, [...(contact.emails ?? [])].sort()])
  return before !== undefined && after !== undefined && said(before) === said(after)
}

const mostAtOnce = 100

/** The tickets of someone whose name or addresses changed: the newest are written at once, the others by the sweep. */
async function forgetOf(work: Work, given: (string | null)[]) {
  const { tx, tenant } = work
  const contactIds = given.filter((id) => id !== null)
  const forgotten = await idsOf(tx.$queryRaw`
    DELETE FROM ticket_search s USING ticket t WHERE s.tenant_id = ${tenant.ref.id}::uuid AND t.tenant_id = s.tenant_id AND t.id = s.ticket_id
      AND t.requester_id = ANY(${contactIds}::uuid[]) RETURNING s.ticket_id::text AS id`)
  const newest = forgotten.sort().reverse()
  for (const id of newest.slice(0, mostAtOnce)) await writeDocument(work, id)
  if (newest.length > mostAtOnce) await enqueueJob({ tx, tenantId: tenant.ref.id }, indexMissingJob, {}, { uniqueKey: 'after-contact' })
}

const longText = z
  .string()
  .nullable()
  .transform((text) => (text ?? '').slice(0, longestText))

/** What a ticket is found by; of messages and the names of their files, what its requester sees apart from the rest. */
const wordsOfTicket = z.object({
  title: z.string(),
  people: z.string(),
  tags: z.string(),
  said: longText,
  inner: longText,
  saidFiles: longText,
  innerFiles: longText,
})

async function writeDocument(work: Pick<Work, 'tenant' | 'tx' | 'now'>, ticketId: string) {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const query = tx.$queryRaw`
    SELECT w.ticket_prefix || '-' || t.number || ' ' || t.number || ' ' || t.title AS title,
      concat_ws(' ', c.name, (SELECT string_agg(a.email, ' ') FROM contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = c.id)) AS people,
      array_to_string(t.tags, ' ') AS tags, m.said, m.inner, f.said AS "saidFiles", f.inner AS "innerFiles"
    FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
    JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    LEFT JOIN LATERAL (
      SELECT string_agg(left(n.body_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind <> 'note') AS said,
        string_agg(left(n.body_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind = 'note') AS inner
      FROM ticket_message n WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id
    ) m ON TRUE
    LEFT JOIN LATERAL (
      SELECT string_agg(a.name, E'\n' ORDER BY a.created_at DESC) FILTER (WHERE n.kind <> 'note') AS said,
        string_agg(a.name, E'\n' ORDER BY a.created_at DESC) FILTER (WHERE n.kind = 'note') AS inner
      FROM ticket_message n JOIN attachment a ON a.tenant_id = n.tenant_id AND a.message_id = n.id
      WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id
    ) f ON TRUE
    WHERE t.tenant_id = ${tenantId}::uuid AND t.id = ${ticketId}::uuid`
  const [row] = await rowsOf(wordsOfTicket, query)
  if (!row) return // purged meanwhile
  const { title, people, tags, said, inner, saidFiles, innerFiles } = row
  const document = documentOf(markOf(tenantId), [
    { weight: weights.title, text: title },
    { weight: weights.people, text: people },
    { weight: weights.inner, text: tags },
    { weight: weights.said, text: saidFiles },
    { weight: weights.inner, text: innerFiles },
    { weight: weights.said, text: said },
    { weight: weights.inner, text: inner },
  ])
  await tx.$executeRaw`
    INSERT INTO ticket_search (tenant_id, ticket_id, document, updated_at) VALUES (${tenantId}::uuid, ${ticketId}::uuid, ${document}::tsvector, ${now})
    ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET document = EXCLUDED.document, updated_at = EXCLUDED.updated_at`
  // In order, so that two at once do not wait for each other in a circle.
  const words = [...new Set(wordsOf([title, people, saidFiles, innerFiles, said, inner].join(' ')).filter(isMemorable))].sort()
  await tx.$executeRaw`
    INSERT INTO search_word (tenant_id, word) SELECT ${tenantId}::uuid, w FROM unnest(${words}::text[]) AS w
    WHERE NOT EXISTS (SELECT 1 FROM search_word s WHERE s.tenant_id = ${tenantId}::uuid AND s.word = w COLLATE "C")
    ON CONFLICT DO NOTHING`
}

const atOnce = 200

/** Writes the words of tickets that have none: from before there was a search, or loaded in bulk. */
export const indexMissingJob = defineJob({
  id: 'search.sweep',
  title: 'indexTickets',
  input: z.object({}),
  schedule: '7 * * * *',
  priority: 'low',
  timeoutSeconds: 3600,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      await indexMissing(tenant)
    })
  },
})

/**
 * Brings the search of one desk up to date, the newest tickets first.
 * @returns how many tickets were written
 */
export async function indexMissing(ref: Parameters<typeof withTenant>[0], onProgress: (done: number) => void = () => {}): Promise<number> {
  let done = 0
  for (;;) {
    const missing = await withTenant(ref, (tx) =>
      idsOf(tx.$queryRaw`
        SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${ref.id}::uuid
          AND NOT EXISTS (SELECT 1 FROM ticket_search s WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id)
        ORDER BY t.id DESC LIMIT ${atOnce}`),
    )
    for (const id of missing) await withTenant(ref, (tx) => writeDocument({ tx, tenant: { ref } as Work['tenant'], now: new Date() }, id))
    done += missing.length
    onProgress(done)
    if (missing.length < atOnce) return done
  }
}
