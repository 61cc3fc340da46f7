import type { Actor } from '../../actor/actor'
import { Prisma } from '../../db/generated/tenant/client'
import { identifier } from '../../db/references'
import type { Work } from '../../events/work'
import { workingCopiesOf } from './visible'

// See docs/decisions/0058-translations-note-their-source.md. A translation keeps the number of the version of its source that it was last brought up to date with. Before the source is published
// that is null while it has the source's draft as it stands, and 0 once the draft was changed.

type Writing = Pick<Work, 'tx' | 'tenant'>

/** Whether an article has changed since a translation of it was brought up to date, as far as the actor sees both. */
export const isOlderThanSource = (actor: Actor, alias: 'a' | 'o'): Prisma.Sql => {
  const translation = identifier(alias)
  return Prisma.sql`EXISTS (SELECT 1 FROM kb_article t WHERE t.tenant_id = ${translation}.tenant_id AND t.id = ${translation}.source_id
    AND ${translation}.source_n < greatest(t.last_n, 1) AND ${workingCopiesOf(actor, 't')})`
}

/** Articles `a` that translate no other, are in another language than this one and have no translation in it that the actor sees. */
export const isWithoutTranslation = (actor: Actor, locale: string): Prisma.Sql =>
  Prisma.sql`(a.source_id IS NULL AND a.locale <> ${locale} AND a.status <> 'archived' AND NOT EXISTS (
    SELECT 1 FROM kb_article o WHERE o.tenant_id = a.tenant_id AND o.source_id = a.id AND o.locale = ${locale} AND ${workingCopiesOf(actor, 'o')}))`

/** What a translation notes that has its source as it is now. */
export async function currentN({ tx, tenant }: Writing, sourceId: string): Promise<number | null> {
  const { lastN } = await tx.kbArticle.findUniqueOrThrow({
    where: { tenantId_id: { tenantId: tenant.ref.id, id: sourceId } },
    select: { lastN: true },
  })
  return lastN || null
}

/** The draft of an article that was never published has changed: its translations are older now. */
export const outdateTranslations = ({ tx, tenant }: Writing, sourceId: string) => tx.$executeRaw`
  UPDATE kb_article SET source_n = 0 WHERE tenant_id = ${tenant.ref.id}::uuid AND source_id = ${sourceId}::uuid AND source_n IS NULL`

/** Version n of an article is there: translations that have the draft it was made of have it too, and so have those of the same text before. */
export const followPublication = ({ tx, tenant }: Writing, sourceId: string, n: number) => tx.$executeRaw`
  UPDATE kb_article SET source_n = ${n}::int WHERE tenant_id = ${tenant.ref.id}::uuid AND source_id = ${sourceId}::uuid
    AND (source_n IS NULL OR source_n = ${n - 1}::int AND EXISTS (
      SELECT 1 FROM kb_article_version v JOIN kb_article_version w ON w.tenant_id = v.tenant_id AND w.article_id = v.article_id
      WHERE v.tenant_id = ${tenant.ref.id}::uuid AND v.article_id = ${sourceId}::uuid AND v.n = ${n - 1}::int AND w.n = ${n}::int
        AND (v.title, v.content, v.excerpt) = (w.title, w.content, w.excerpt)))`

/** Makes the oldest translation of an article that goes for good what the others translate. */
export async function releaseTranslations({ tx, tenant }: Writing, id: string): Promise<void> {
  const of = Prisma.sql`tenant_id = ${tenant.ref.id}::uuid AND source_id = ${id}::uuid`
  await tx.$executeRaw`
    WITH next AS (SELECT id, last_n FROM kb_article WHERE ${of} ORDER BY deleted_at IS NOT NULL, created_at, id LIMIT 1)
    UPDATE kb_article o SET source_id = NULLIF(next.id, o.id), source_n = CASE WHEN o.id <> next.id THEN NULLIF(next.last_n, 0) END
    FROM next WHERE o.tenant_id = ${tenant.ref.id}::uuid AND o.source_id = ${id}::uuid`
}
