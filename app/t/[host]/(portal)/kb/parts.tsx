import { ChevronRight, Pin } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { languageName } from '@/app/t/kb/help-centre'
import { CategoryIcon } from '@/components/kb/category-icon'
import { Link } from '@/components/ui/link'
import { articlePath, categoryPath, helpCentrePath } from '@/lib/kb/articles/article-address'
import type { PublishedListed } from '@/lib/kb/articles/published'
import type { PublishedCategory } from '@/lib/kb/articles/published-categories'
import { directionOf } from '@/lib/text/language'

/** The language of what stands there, where it is not that of the page. */
export const inLanguage = (locale: string) => ({ lang: locale, dir: directionOf(locale) })

interface Crumb {
  name: string
  slug: string
}

/** From the help centre down to where the page stands. */
export async function Breadcrumbs({ locale, path }: { locale: string; path: Crumb[] }) {
  const t = await getTranslations('helpCentre')
  return (
    <nav aria-label={t('breadcrumbs')} className="mb-4 text-sm text-muted print:hidden">
      <ol className="flex flex-wrap items-center gap-x-1 gap-y-1">
        <li>
          <Link href={helpCentrePath(locale)} className="hover:underline">
            {t('title')}
          </Link>
        </li>
        {path.map(({ name, slug }) => (
          <li key={slug} className="flex items-center gap-1">
            <ChevronRight aria-hidden className="size-3.5 shrink-0 rtl:-scale-x-100" />
            <Link href={categoryPath({ locale, slug })} dir="auto" className="wrap-anywhere hover:underline">
              {name}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Articles one below the other; one in another language than the page says in which. */
export async function ArticleList({ articles, locale }: { articles: PublishedListed[]; locale: string }) {
  const t = await getTranslations('helpCentre')
  return (
    <ul className="divide-y rounded-lg border bg-raised">
      {articles.map((article) => (
        <li key={article.id}>
          <Link href={articlePath(article)} className="grid gap-0.5 px-4 py-3 hover:bg-surface">
            <span className="flex items-start gap-2">
              {article.isPinned && <Pin aria-label={t('pinned')} className="mt-1 size-4 shrink-0 text-muted" />}
              <span lang={article.locale} dir="auto" className="min-w-0 font-medium wrap-anywhere">
                {article.title}
              </span>
              {article.locale !== locale && (
                <span lang={article.locale} className="ms-auto shrink-0 rounded-full border px-2 text-xs leading-5 text-muted">
                  {languageName(article.locale)}
                </span>
              )}
            </span>
            {article.excerpt && (
              <span lang={article.locale} dir="auto" className="line-clamp-2 text-sm wrap-anywhere text-muted">
                {article.excerpt}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  )
}

interface CategoryCardsProps {
  categories: PublishedCategory[]
  /** Articles in each and below it. */
  counts: Map<string, number>
  locale: string
}

export async function CategoryCards({ categories, counts, locale }: CategoryCardsProps) {
  const t = await getTranslations('helpCentre')
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {categories.map(({ id, name, slug, description, icon, colour }) => (
        <li key={id}>
          <Link
            href={categoryPath({ locale, slug })}
            className="flex h-full items-start gap-3 rounded-lg border bg-raised p-4 hover:bg-surface"
          >
            <CategoryIcon icon={icon} colour={colour} />
            <span className="grid min-w-0 gap-0.5">
              <span dir="auto" className="font-medium wrap-anywhere">
                {name}
              </span>
              {description && (
                <span dir="auto" className="line-clamp-2 text-sm wrap-anywhere text-muted">
                  {description}
                </span>
              )}
              <span className="text-sm text-muted">{t('articles', { count: counts.get(id) ?? 0 })}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

export const Part = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <section aria-labelledby={id} className="grid grid-cols-[minmax(0,1fr)] gap-3">
    <h2 id={id} className="text-lg font-semibold">
      {title}
    </h2>
    {children}
  </section>
)

/** Articles in each category and below it; categories come parents before children. */
export function countsOf(categories: PublishedCategory[]): Map<string, number> {
  const counts = new Map(categories.map(({ id, articleCount }) => [id, articleCount]))
  for (const { id, parentId } of [...categories].reverse())
    if (parentId) counts.set(parentId, (counts.get(parentId) ?? 0) + (counts.get(id) ?? 0))
  return counts
}
