import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { permanentRedirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { fittingLocale, openHelpCentre, typed, workspaceOrigin } from '@/app/t/kb/help-centre'
import { JsonLd } from '@/app/t/kb/json-ld'
import { missingArticle } from '@/app/t/kb/missing-article'
import { breadcrumbs } from '@/app/t/kb/structured-data'
import { portalMetadata, portalPage } from '@/app/t/portal-page'
import { viewer } from '@/app/t/viewer'
import { CategoryIcon } from '@/components/kb/category-icon'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { categoryPath } from '@/lib/kb/articles/article-address'
import { listPublishedArticles } from '@/lib/kb/articles/published'
import { getPublishedCategory } from '@/lib/kb/articles/published-categories'
import { ArticleList, Breadcrumbs, CategoryCards, countsOf, Part } from '../../../parts'

interface Props {
  params: Promise<{ locale: string; slug: string }>
  searchParams: Promise<{ cursor?: string }>
}

const read = cache(async (locale: string, slug: string) => {
  const centre = await openHelpCentre()
  const category = await load((context) => call(getPublishedCategory, { locale: typed(locale), slug: typed(slug) }, { context }))
  // An old address, one in other letters, or one of a language in which there is nothing.
  const known = centre.locales.includes(category.locale) ? category.locale : await fittingLocale(centre.locales)
  const there = { ...category, locale: known ?? category.locale }
  if (there.locale !== typed(locale) || there.slug !== typed(slug)) permanentRedirect(categoryPath(there))
  return { centre, category }
})

async function readMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { locale, slug } = await params
  const { centre, category } = await read(locale, slug)
  const { desk } = await viewer()
  const origin = await workspaceOrigin()
  const [title, description] = [category.seoTitle || category.name, category.seoDescription || category.description || undefined]
  const url = origin + categoryPath(category)
  const others = category.languages.filter((each) => centre.locales.includes(each.locale))
  const languages = others.length > 1 ? Object.fromEntries(others.map((each) => [each.locale, origin + categoryPath(each)])) : undefined
  return {
    title,
    description,
    keywords: category.seoKeywords || undefined,
    alternates: { canonical: url, languages },
    openGraph: { type: 'website', title, description, url, siteName: desk.name, locale: category.locale.replace('-', '_') },
    robots: category.isPublic && !(await searchParams).cursor ? undefined : { index: false },
  }
}
export const generateMetadata = portalMetadata(readMetadata)

export default portalPage(async function CategoryPage({ params, searchParams }: Props) {
  const t = await getTranslations('helpCentre')
  const { locale, slug } = await params
  const { centre, category } = await read(locale, slug)
  const { cursor } = await searchParams
  const { items, nextCursor } = await load((context) =>
    call(
      listPublishedArticles,
      { categoryId: category.id, locale: category.locale, cursor: [cursor].flat()[0], limit: centre.articlesPerPage },
      { context },
    ),
  )
  const counts = countsOf(category.children)
  const origin = await workspaceOrigin()
  return (
    <>
      <JsonLd data={breadcrumbs(origin, category.locale, t('title'), category.path)} />
      <Breadcrumbs locale={category.locale} path={category.path.slice(0, -1)} />
      <header className="mb-6 flex items-start gap-3">
        <CategoryIcon icon={category.icon} colour={category.colour} className="size-11" />
        <div className="min-w-0">
          <h1 dir="auto" className="text-2xl font-semibold wrap-anywhere">
            {category.name}
          </h1>
          {category.description && (
            <p dir="auto" className="wrap-anywhere text-muted">
              {category.description}
            </p>
          )}
        </div>
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
        {category.children.length > 0 && (
          <Part id="kb-below" title={t('below')}>
            <CategoryCards categories={category.children} counts={counts} locale={category.locale} />
          </Part>
        )}
        {items.length > 0 ? (
          <Part id="kb-articles" title={t('inCategory')}>
            <ArticleList articles={items} locale={category.locale} />
          </Part>
        ) : (
          category.children.length === 0 && <Empty title={t('noArticles')}>{t('noArticlesSays')}</Empty>
        )}
        {nextCursor && (
          <Button asChild className="justify-self-start">
            <Link href={`${categoryPath(category)}?cursor=${encodeURIComponent(nextCursor)}`}>{t('more')}</Link>
          </Button>
        )}
      </div>
    </>
  )
}, missingArticle)
