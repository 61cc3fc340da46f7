import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { after } from 'next/server'
import { getTranslations } from 'next-intl/server'
import { load, pageContext } from '@/app/load'
import { fittingLocale, openHelpCentre } from '@/app/t/kb/help-centre'
import { missingArticle } from '@/app/t/kb/missing-article'
import { portalPage } from '@/app/t/portal-page'
import { Texts } from '@/app/texts'
import { Choices } from '@/components/help-centre/choices'
import { HelpCentreSearch } from '@/components/help-centre/search-form'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { cut } from '@/lib/core/text'
import { listPublishedCategories } from '@/lib/kb/articles/published-categories'
import { recordSearch } from '@/lib/kb/readers/readings'
import { searchPublished } from '@/lib/kb/search/queries'
import { Breadcrumbs } from '../parts'
import { SearchFilters } from './filters'
import { Answer, Results } from './results'

interface Props {
  searchParams: Promise<Record<'q' | 'category' | 'language' | 'tag', string | string[] | undefined>>
}

const most = 10

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const t = await getTranslations('helpCentre.search')
  const query = textOf((await searchParams).q)
  return { title: query ? t('titleFor', { query }) : t('title'), robots: { index: false } }
}

/** An address may have it twice. */
const textOf = (value: string | string[] | undefined) => cut(([value].flat()[0] ?? '').trim(), 200)

export default portalPage(async function SearchResults({ searchParams }: Props) {
  const t = await getTranslations('helpCentre.search')
  const { locales } = await openHelpCentre()
  const locale = await fittingLocale(locales)
  if (!locale) notFound()
  const asked = await searchParams
  const [query, tag] = [textOf(asked.q), textOf(asked.tag)]
  const onlyLocale = locales.find((each) => each === textOf(asked.language))
  const [{ items: categories }, found] = await load(async (context) => {
    const listed = await call(listPublishedCategories, { locale }, { context })
    const category = listed.items.find(({ id }) => id === textOf(asked.category))
    const narrowed = { onlyLocale, categoryId: category?.id, tag: tag || undefined }
    return [listed, query ? await call(searchPublished, { query, locale, topK: most, ...narrowed }, { context }) : null] as const
  })
  // Once, not for each filter that is tried; and when the answer was given.
  if (found && !asked.category && !asked.language && !tag) {
    const isFound = found.certainty === 'answer' || found.certainty === 'found'
    const context = await pageContext()
    after(() => call(recordSearch, { query, locale, isFound }, { context }).catch(() => {})) // nobody waits for it
  }
  const categoryId = categories.find(({ id }) => id === textOf(asked.category))?.id ?? ''
  const [first] = found?.items ?? []
  const hasAnswer = found?.certainty === 'answer' && first !== undefined
  const ask = `/submit?title=${encodeURIComponent(query)}`
  return (
    <>
      <Breadcrumbs locale={locale} path={[]} />
      <h1 className="mb-4 text-2xl font-semibold wrap-anywhere">{query ? t('titleFor', { query }) : t('title')}</h1>
      <Texts of={['helpCentreSearch']}>
        <HelpCentreSearch key={query} locale={locale} given={query} className="mb-4 max-w-2xl" />
      </Texts>
      {query && <SearchFilters {...{ query, tag, categories, categoryId, locales, language: onlyLocale ?? '' }} />}
      {!query && <p className="text-muted">{t('enter')}</p>}
      {found?.corrected && (
        <p role="status" className="mb-4">
          {t.rich('showingFor', { query: found.corrected, strong: (chunks) => <strong dir="auto">{chunks}</strong> })}
        </p>
      )}
      {found && found.items.length === 0 && (
        <Empty
          title={t('nothing', { query })}
          action={
            <Button asChild variant="primary">
              <Link href={ask}>{t('ask')}</Link>
            </Button>
          }
        >
          {t('nothingSays')}
        </Empty>
      )}
      {found && found.items.length > 0 && (
        <Choices query={query} locale={locale} className="grid grid-cols-[minmax(0,1fr)] gap-6">
          {hasAnswer && <Answer result={first} />}
          {found.certainty === 'nearest' && <p className="text-muted">{t('nearest')}</p>}
          <Results results={hasAnswer ? found.items.slice(1) : found.items} locale={locale} from={hasAnswer ? 2 : 1} />
          <p className="flex flex-wrap items-center gap-3 text-sm">
            {t('still')}
            <Button asChild size="small">
              <Link href={ask}>{t('ask')}</Link>
            </Button>
          </p>
        </Choices>
      )}
    </>
  )
}, missingArticle)
