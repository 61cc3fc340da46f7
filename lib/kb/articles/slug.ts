import { invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { cut } from '../../core/text'
import { idsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { longestSlug } from './values'

/** Addresses that the knowledge base has itself. */
const reserved = new Set(
  // not-words: parts of addresses
  'new edit search categories category articles article tags tag feed rss sitemap robots index api admin agent settings login preview'.split(
    ' ',
  ),
)

export const isReserved = (slug: string): boolean => reserved.has(slug)

/**
 * A text as it stands in an address: its own letters, whatever their script, digits and hyphens.
 * @returns '' where there is no letter or digit
 */
export function slugOf(text: string): string {
  const plain = (given: string) =>
    given
      .normalize('NFC')
      .replace(/[\p{Cf}'’]+/gu, '')
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      // A mark belongs to a letter.
      .replace(/(^|-)\p{M}+/gu, '$1')
      .replace(/^-+|-+$/g, '')
  // Small letters may have to be put together anew.
  const lower = plain(plain(text.slice(0, 4 * longestSlug)).toLowerCase())
  return cut(lower, longestSlug).replace(/-+$/, '')
}

export interface SlugOwner {
  kind: 'article' | 'category'
  id: string
  locale: string
}

const mostTries = 20

/**
 * Gives an article or a category its address. The ones it had stay its own, and lead to the new one; it may take one of them back.
 * What another had is free once that is deleted.
 * @param wanted what somebody typed; without it one is made of the name
 * @throws INVALID for one that is taken or reserved
 */
export async function takeSlug(work: Work, owner: SlugOwner, name: string, wanted?: string): Promise<string> {
  if (wanted !== undefined) {
    const slug = slugOf(wanted)
    if (!slug) throw invalid({ slug: ['kb.slugEmpty'] })
    if (isReserved(slug)) throw invalid({ slug: ['kb.slugReserved'] })
    if (!(await claim(work, owner, slug))) throw invalid({ slug: ['kb.slugTaken'] })
    return slug
  }
  const base = slugOf(name) || owner.kind
  for (let n = isReserved(base) ? 2 : 1; n <= mostTries; n++) {
    const slug = n === 1 ? base : `${cut(base, longestSlug - 3).replace(/-+$/, '')}-${n}`
    if (await claim(work, owner, slug)) return slug
  }
  const last = `${cut(base, longestSlug - 13).replace(/-+$/, '')}-${newId().slice(-12)}`
  await claim(work, owner, last)
  return last
}

/** Of two who want one at once the second waits for the first, and then sees that it is taken. */
async function claim({ tx, tenant, now }: Work, { kind, id, locale }: SlugOwner, slug: string): Promise<boolean> {
  const [articleId, categoryId] = kind === 'article' ? [id, null] : [null, id]
  // Whoever holds it may be restoring the article it belongs to: what comes after sees that.
  await tx.$queryRaw`SELECT 1 FROM kb_slug WHERE tenant_id = ${tenant.ref.id}::uuid AND kind = ${kind}::"KbSlugKind" AND locale = ${locale} AND slug = ${slug} FOR UPDATE`
  const mine = await idsOf(tx.$queryRaw`
    INSERT INTO kb_slug AS s (tenant_id, kind, locale, slug, article_id, category_id, created_at)
    VALUES (${tenant.ref.id}::uuid, ${kind}::"KbSlugKind", ${locale}, ${slug}, ${articleId}::uuid, ${categoryId}::uuid, ${now})
    ON CONFLICT (tenant_id, kind, locale, slug) DO UPDATE SET article_id = EXCLUDED.article_id, category_id = EXCLUDED.category_id
      WHERE coalesce(s.article_id, s.category_id) = ${id}::uuid
        OR EXISTS (SELECT 1 FROM kb_article a WHERE a.tenant_id = s.tenant_id AND a.id = s.article_id AND a.deleted_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM kb_category c WHERE c.tenant_id = s.tenant_id AND c.id = s.category_id AND c.deleted_at IS NOT NULL)
    RETURNING coalesce(s.article_id, s.category_id)::text AS id`)
  return mine.length > 0
}
