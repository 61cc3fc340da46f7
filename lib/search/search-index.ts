import { z } from 'zod'
import { documentOf, isMemorable, weights, wordsOf } from '../core/words'
import { Prisma } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import { idsOf, rowsOf } from '../db/rows'
import { withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import { type Act, defineSubscriber, forEach, type Handlers } from '../events/subscriber'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'
import { markOf } from '../tickets/ticket/filter'

const longestText = 300_000

/** Raised when words are cut in another way, or more of a ticket is found: the sweep then writes all of them anew. */
const version = 3

/** What changes the words of the ticket that it is about, and nothing else. */
const rewording: readonly EventType[] = [
  'ticket.created',
  'ticket.replied',
  'ticket.noted',
  'ticket.tagged',
  'ticket.details_changed',
  'ticket.department_changed',
  'message.edited',
]

const others: Handlers = {
  // Of two that were merged or parted both have other words now.
  ...forEach(['ticket.merged', 'ticket.unmerged'], async (work, { subjectId, payload }) => {
    await writeDocuments(work, [subjectId as string, payload.fromId])
  }),
  'contact.changed': async (work, event) => (isKnownAs(event) ? undefined : forgetOf(work, [event.subjectId])),
  // What customers may not see any more they do not find any more.
  'field.changed': async (work, { subjectId, payload: { before, after } }) =>
    (before as FieldShown).isPublic === (after as FieldShown).isPublic ? undefined : forgetValuesOf(work, subjectId as string),
  ...forEach(['field.deleted', 'field.restored'], (work, { subjectId }) => forgetValuesOf(work, subjectId as string)),
  'contact.merged': (work, { subjectId, payload }) => forgetOf(work, [subjectId, payload.fromId]),
  'contact.unmerged': (work, { subjectId, payload }) => forgetOf(work, [subjectId, payload.fromId, payload.intoId]),
}

/** Writes the words of a ticket whenever they change, once for all that happened to it; it may be done twice. */
export const indexTicket = defineSubscriber('search.index', [...rewording, ...(Object.keys(others) as EventType[])], undefined, {
  priority: 'last',
  handleActs: indexAll,
})

async function indexAll(acts: readonly Act[]) {
  const reworded: string[] = []
  for (const { work, events } of acts)
    for (const event of events) {
      if (rewording.includes(event.type)) reworded.push(event.subjectId as string)
      else await (others[event.type] as ((work: Work, event: EventOf<EventType>) => Promise<unknown>) | undefined)?.(work, event)
    }
  await writeDocuments((acts[0] as Act).work, reworded)
}

type FieldShown = { isPublic?: boolean }
type Found = { name?: string; emails?: string[]; phones?: string[] }

/** Whether a contact that changed still has the name, the addresses and the numbers by which it is found. */
function isKnownAs({ payload }: EventOf<'contact.changed'>): boolean {
  const { before, after } = payload as Record<'before' | 'after', Found | undefined>
  const said = ({ name, emails, phones }: Found) => JSON.stringify([name, emails, phones])
  return before !== undefined && after !== undefined && said(before) === said(after)
}

/** The tickets of someone whose name or addresses changed. */
const forgetOf = (work: Work, given: (string | null)[]) =>
  forget(work, Prisma.sql`t.requester_id = ANY(${given.filter((id) => id !== null)}::uuid[])`)

async function forgetValuesOf(work: Work, fieldId: string) {
  const { tx, tenant } = work
  const field = await tx.customField.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id: fieldId } }, select: { key: true } })
  if (field) await forget(work, Prisma.sql`t.fields -> ${field.key}::text IS NOT NULL`)
}

const mostAtOnce = 20

/** Tickets that have other words now: the newest are written at once, the others by the sweep. */
async function forget(work: Work, which: Prisma.Sql) {
  const { tx, tenant } = work
  const forgotten = await idsOf(tx.$queryRaw`
    DELETE FROM ticket_search s USING ticket t WHERE s.tenant_id = ${tenant.ref.id}::uuid AND t.tenant_id = s.tenant_id AND t.id = s.ticket_id
      AND ${which} RETURNING s.ticket_id::text AS id`)
  const newest = forgotten.sort().reverse()
  await writeDocuments(work, newest.slice(0, mostAtOnce))
  if (newest.length > mostAtOnce) await enqueueJob({ tx, tenantId: tenant.ref.id }, indexMissingJob, {}, { uniqueKey: 'after-change' })
}

const longText = z
  .string()
  .nullable()
  .transform((text) => (text ?? '').slice(0, longestText))

/** What a ticket is found by; what its requester sees apart from the rest. */
const wordsOfTicket = z.object({
  id: z.string(),
  departmentId: z.string().nullable(),
  title: z.string(),
  people: z.string(),
  innerPeople: longText,
  tags: z.string(),
  said: longText,
  inner: longText,
  quoted: longText,
  innerQuoted: longText,
  saidFiles: longText,
  innerFiles: longText,
  fields: longText,
  innerFields: longText,
})
type WordsOfTicket = z.output<typeof wordsOfTicket>

type Writing = Pick<Work, 'tenant' | 'tx' | 'now'>

/** A ticket has megabytes of text at most: of how many it is read at once. */
const readAtOnce = 16

async function writeDocuments(work: Writing, given: readonly string[]) {
  // In order, so that two at once do not wait for each other in a circle.
  const ids = [...new Set(given)].sort()
  for (let at = 0; at < ids.length; at += readAtOnce) await writeSome(work, ids.slice(at, at + readAtOnce))
}

async function writeSome({ tx, tenant, now }: Writing, ids: readonly string[]) {
  const tenantId = tenant.ref.id
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} t.id::text, t.department_id::text AS "departmentId", w.ticket_prefix || '-' || t.number || ' ' || t.number || ' ' || t.title AS title,
      concat_ws(' ', c.name, p.first) AS people, concat_ws(E'\n', p.others, array_to_string(c.phones, E'\n')) AS "innerPeople",
      array_to_string(t.tags, ' ') AS tags, m.said, m.inner, m.quoted, m."innerQuoted", f.said AS "saidFiles", f.inner AS "innerFiles",
      v.said AS fields, v.inner AS "innerFields"
    FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
    JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    LEFT JOIN LATERAL (
      -- Whoever sees the ticket sees one address of the requester.
      SELECT coalesce(min(a.email) FILTER (WHERE a.is_primary), min(a.email)) AS first, string_agg(a.email, ' ') AS others
      FROM contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = c.id
    ) p ON TRUE
    LEFT JOIN LATERAL (
      SELECT string_agg(left(n.body_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind <> 'note') AS said,
        string_agg(left(n.body_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind = 'note') AS inner,
        string_agg(left(n.quoted_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind <> 'note') AS quoted,
        string_agg(left(n.quoted_text, 50000), E'\n' ORDER BY n.created_at DESC) FILTER (WHERE n.kind = 'note') AS "innerQuoted"
      FROM ticket_message n WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id
    ) m ON TRUE
    LEFT JOIN LATERAL (
      SELECT string_agg(a.name, E'\n' ORDER BY a.created_at DESC) FILTER (WHERE n.kind <> 'note') AS said,
        string_agg(a.name, E'\n' ORDER BY a.created_at DESC) FILTER (WHERE n.kind = 'note') AS inner
      FROM ticket_message n JOIN attachment a ON a.tenant_id = n.tenant_id AND a.message_id = n.id
      WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id
    ) f ON TRUE
    LEFT JOIN LATERAL (
      SELECT string_agg(e.value, E'\n') FILTER (WHERE d.is_public AND d.deleted_at IS NULL) AS said,
        string_agg(e.value, E'\n') FILTER (WHERE NOT d.is_public OR d.deleted_at IS NOT NULL) AS inner
      FROM jsonb_each(t.fields) v JOIN custom_field d ON d.tenant_id = t.tenant_id AND d.key = v.key
      CROSS JOIN LATERAL (
        SELECT v.value #>> '{}' AS value WHERE jsonb_typeof(v.value) IN ('string', 'number')
        UNION ALL SELECT chosen FROM jsonb_array_elements_text(CASE jsonb_typeof(v.value) WHEN 'array' THEN v.value ELSE '[]' END) AS chosen
      ) e
    ) v ON TRUE
    WHERE t.tenant_id = ${tenantId}::uuid AND t.id = ANY(${ids}::uuid[]) ORDER BY t.id`
  const rows = await rowsOf(wordsOfTicket, query)
  if (rows.length === 0) return // purged meanwhile
  const documents = rows.map((row) => ({ id: row.id, document: documentOfTicket(markOf(tenantId), row) }))
  await tx.$executeRaw`
    INSERT INTO ticket_search (tenant_id, ticket_id, document, updated_at, version)
    SELECT ${plannedOnce} ${tenantId}::uuid, d.id, d.document::tsvector, ${now}, ${version}
    FROM unnest(${documents.map(({ id }) => id)}::uuid[], ${documents.map(({ document }) => document)}::text[]) AS d (id, document)
    ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET document = EXCLUDED.document, updated_at = EXCLUDED.updated_at, version = EXCLUDED.version`
  const words = [...new Set(rows.flatMap(memorableWordsOf))].sort()
  await tx.$executeRaw`
    INSERT INTO search_word (tenant_id, word, ending) SELECT ${plannedOnce} ${tenantId}::uuid, w, reverse(w) FROM unnest(${words}::text[]) AS w
    WHERE NOT EXISTS (SELECT 1 FROM search_word s WHERE s.tenant_id = ${tenantId}::uuid AND s.word = w COLLATE "C")
    ON CONFLICT DO NOTHING`
}

const memorableWordsOf = (row: WordsOfTicket): string[] =>
  wordsOf(Object.values({ ...row, id: '', departmentId: '', tags: '' }).join('\n')).filter(isMemorable)

function documentOfTicket(mark: string, row: WordsOfTicket): string {
  const document = documentOf(mark, [
    { weight: weights.title, text: row.title },
    { weight: weights.people, text: row.people },
    { weight: weights.inner, text: row.tags },
    { weight: weights.said, text: row.fields },
    { weight: weights.inner, text: row.innerFields },
    { weight: weights.said, text: row.saidFiles },
    { weight: weights.inner, text: row.innerFiles },
    { weight: weights.inner, text: row.innerPeople },
    { weight: weights.said, text: row.said },
    { weight: weights.inner, text: row.inner },
    { weight: weights.said, text: row.quoted },
    { weight: weights.inner, text: row.innerQuoted },
  ])
  // By it the index leaves out what is in other departments than the asker's. No text has such a word.
  return row.departmentId ? `${document} '${mark}:@${row.departmentId}'` : document
}

const atOnce = 200

/** Writes the words of tickets that have none, or old ones: from before there was a search, loaded in bulk, or cut in an older way. */
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
 * Brings the search of one workspace up to date, the newest tickets first.
 * @returns how many tickets were written
 */
export async function indexMissing(ref: Parameters<typeof withTenant>[0], onProgress: (done: number) => void = () => {}): Promise<number> {
  let done = 0
  for (;;) {
    const missing = await withTenant(ref, (tx) =>
      idsOf(tx.$queryRaw`
        (SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${ref.id}::uuid
          AND NOT EXISTS (SELECT 1 FROM ticket_search s WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id)
        ORDER BY t.id DESC LIMIT ${atOnce})
        UNION ALL
        (SELECT s.ticket_id::text FROM ticket_search s WHERE s.tenant_id = ${ref.id}::uuid AND s.version < ${version} LIMIT ${atOnce})
        LIMIT ${atOnce}`),
    )
    for (const id of missing)
      await withTenant(ref, (tx) => writeDocuments({ tx, tenant: { ref } as Work['tenant'], now: new Date() }, [id]))
    done += missing.length
    onProgress(done)
    if (missing.length < atOnce) return done
  }
}
