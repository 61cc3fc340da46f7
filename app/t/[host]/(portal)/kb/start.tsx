import { call } from '@orpc/server'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { listFeaturedArticles } from '@/lib/kb/articles/published'
import { listPublishedCategories } from '@/lib/kb/articles/published-categories'
import { listPopularArticles } from '@/lib/kb/readers/popular'
import { ArticleList, CategoryCards, countsOf, Part } from './parts'

/** What the help centre begins with in a language: categories, what is pinned or featured, and what is new. */
export async function HelpCentreStart({ locale }: { locale: string }) {
  const t = await getTranslations('helpCentre')
  const [{ items: categories }, { featured, newest }, { items: read }] = await load((context) =>
    Promise.all([
      call(listPublishedCategories, { locale }, { context }),
      call(listFeaturedArticles, { locale }, { context }),
      call(listPopularArticles, { locale }, { context }),
    ]),
  )
  const counts = countsOf(categories)
  const shown = categories.filter(({ id, parentId }) => parentId === null && (counts.get(id) ?? 0) > 0)
  const isFeatured = new Set(featured.map(({ id }) => id))
  const popular = read.filter(({ id }) => !isFeatured.has(id))
  const isPopular = new Set(popular.map(({ id }) => id))
  const others = newest.filter(({ id }) => !isFeatured.has(id) && !isPopular.has(id))
  return (
    <>
      {shown.length > 0 && (
        <Part id="kb-categories" title={t('categories')}>
          <CategoryCards categories={shown} counts={counts} locale={locale} />
        </Part>
      )}
      {featured.length > 0 && (
        <Part id="kb-featured" title={t('featured')}>
          <ArticleList articles={featured} locale={locale} />
        </Part>
      )}
      {popular.length > 0 && (
        <Part id="kb-popular" title={t('popular')}>
          <ArticleList articles={popular} locale={locale} />
        </Part>
      )}
      {others.length > 0 && (
        <Part id="kb-newest" title={t('newest')}>
          <ArticleList articles={others} locale={locale} />
        </Part>
      )}
    </>
  )
}
