import { newId } from '../../core/id'
import type { Work } from '../../events/work'
import { workspaceTranslator } from '../../text/translator'
import { readContent } from './content'
import { slugOf } from './slug'

const categories = [
  { key: 'account', icon: 'key-round', colour: 'blue' },
  { key: 'billing', icon: 'credit-card', colour: 'green' },
  { key: 'technical', icon: 'wrench', colour: 'orange' },
  { key: 'guides', icon: 'book-open', colour: 'teal' },
  { key: 'policies', icon: 'scale', colour: 'grey' },
] as const

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** What the knowledge base of a new workspace begins with: five categories, and an article that says how to go on. */
export async function openKnowledgeBase({ tenant, tx, now }: Pick<Work, 'tenant' | 'tx' | 'now'>) {
  const t = await workspaceTranslator(tenant)
  const tenantId = tenant.ref.id
  const { locale } = tenant
  const rows = categories.map(({ key, icon, colour }, sortOrder) => {
    const name = t(`kbDefaults.categories.${key}.name`)
    const description = t(`kbDefaults.categories.${key}.description`)
    return {
      tenantId,
      id: newId(),
      locale,
      name,
      description,
      slug: slugOf(name) || key,
      icon,
      colour,
      sortOrder,
      createdAt: now,
      updatedAt: now,
    }
  })
  await tx.kbCategory.createMany({ data: rows })
  await tx.kbSlug.createMany({
    data: rows.map(({ id, slug }) => ({ tenantId, kind: 'category' as const, locale, slug, categoryId: id, createdAt: now })),
  })
  const title = t('kbDefaults.welcome.title')
  const part = (name: 'find' | 'ask') =>
    `<h2>${escaped(t(`kbDefaults.welcome.${name}.title`))}</h2><p>${escaped(t(`kbDefaults.welcome.${name}.text`))}</p>`
  const read = readContent(`<p>${escaped(t('kbDefaults.welcome.intro'))}</p>${part('find')}${part('ask')}`)
  const excerpt = t('kbDefaults.welcome.intro')
  const id = newId()
  const slug = slugOf(title) || 'welcome'
  const published = { status: 'published', publishedN: 1, lastN: 1, publishedAt: now, firstPublishedAt: now } as const
  const categoryId = rows.find((_, index) => categories[index]?.key === 'guides')?.id as string
  await tx.kbArticle.create({
    data: {
      ...read,
      ...published,
      tenantId,
      id,
      categoryId,
      locale,
      slug,
      title,
      excerpt,
      isFeatured: true,
      createdAt: now,
      updatedAt: now,
    },
    select: { id: true },
  })
  const none = { seoTitle: '', seoDescription: '', seoKeywords: '', tags: [] }
  await tx.kbArticleVersion.create({
    data: { ...read, ...none, tenantId, articleId: id, n: 1, title, excerpt, createdAt: now },
    select: { n: true },
  })
  await tx.kbSlug.create({ data: { tenantId, kind: 'article', locale, slug, articleId: id, createdAt: now }, select: { slug: true } })
}
