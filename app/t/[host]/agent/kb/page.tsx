import { call } from '@orpc/server'
import { BookOpen } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { helpCentre, languageName } from '@/app/t/kb/help-centre'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { NewArticle } from '@/components/kb/new-article'
import { StatusBadge } from '@/components/kb/status-badge'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { SearchInput } from '@/components/ui/field'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Tabs } from '@/components/ui/tabs'
import { Time } from '@/components/ui/time'
import { listKbCategories } from '@/lib/kb/articles/categories'
import { listArticles } from '@/lib/kb/articles/queries'
import { articleStatuses } from '@/lib/kb/articles/workflow'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages'))('title') })

interface Query {
  q?: string
  status?: string
  categoryId?: string
  due?: string
  /** `outdated`, or `missing:` with a language. */
  translation?: string
  cursor?: string
  /** The title of one that is to be written. */
  write?: string
}

export default async function Articles({ searchParams }: { searchParams: Promise<Query> }) {
  const t = await getTranslations('kbPages')
  const status = await getTranslations('kb.status')
  const { person, desk } = await signedIn()
  const given = await searchParams
  const wanted = articleStatuses.find((each) => each === given.status)
  const isDue = given.due !== undefined
  const may = (permission: (typeof person.permissions)[number]) => person.permissions.includes(permission)
  const mayRead = may('kb.view')
  const { items: categories } = mayRead ? await load((context) => call(listKbCategories, undefined, { context })) : { items: [] }
  const categoryId = categories.find(({ id }) => id === given.categoryId)?.id
  const { locales } = await helpCentre()
  const used = [...new Set([desk.locale, ...locales])]
  const missingIn = used.find((locale) => given.translation === `missing:${locale}`)
  const isOutdated = given.translation === 'outdated'
  const translation = isOutdated ? 'outdated' : missingIn && `missing:${missingIn}`
  const asked = {
    q: given.q?.slice(0, 200) || undefined,
    status: wanted,
    categoryId,
    missingIn,
    ...(isDue ? { isDue } : {}),
    ...(isOutdated ? { isOutdated } : {}),
    cursor: given.cursor,
  }
  const { items, nextCursor } = await load((context) => call(listArticles, asked, { context }))
  const isFiltered = Boolean(asked.q || wanted || categoryId || isDue || translation)
  const query = (more: Record<string, string>) =>
    new URLSearchParams({
      ...(asked.q ? { q: asked.q } : {}),
      ...(wanted ? { status: wanted } : {}),
      ...(categoryId ? { categoryId } : {}),
      ...(isDue ? { due: '' } : {}),
      ...(translation ? { translation } : {}),
      ...more,
    })
  return (
    <Texts of={['kb']}>
      <header className="flex flex-wrap items-center gap-3 border-b px-4 py-2.5">
        <h1 className="text-base font-semibold">{t('title')}</h1>
        <Tabs
          label={t('title')}
          className="mb-0"
          tabs={[
            { href: '/agent/kb/comments', name: t('toComments'), isShown: true },
            { href: '/agent/kb/analytics', name: t('toAnalytics'), isShown: true },
            { href: '/agent/kb/links', name: t('links.title'), isShown: true },
            { href: '/agent/kb/categories', name: t('categories'), isShown: mayRead },
            { href: '/agent/kb/synonyms', name: t('synonyms.title'), isShown: may('kb.manage') },
            { href: '/agent/kb/import', name: t('import.title'), isShown: may('kb.manage') && may('kb.write') },
          ].flatMap(({ isShown, ...tab }) => (isShown ? [{ ...tab, isHere: false }] : []))}
        />
        <span className="ms-auto">
          {categories.length > 0 && (
            <NewArticle given={given.write?.slice(0, 200)} categories={categories.map(({ id, path }) => ({ id, path }))} />
          )}
        </span>
      </header>
      <search>
        <form className="flex flex-wrap items-center gap-2 border-b px-4 py-2">
          <SearchInput
            name="q"
            defaultValue={asked.q}
            aria-label={t('search')}
            placeholder={t('search')}
            maxLength={200}
            className="w-56"
          />
          <ChoiceField
            isAlone
            name="status"
            label={t('status')}
            defaultValue={wanted}
            options={[{ value: '', name: t('anyStatus') }, ...articleStatuses.map((value) => ({ value, name: status(value) }))]}
          />
          <ChoiceField
            isAlone
            name="categoryId"
            label={t('category')}
            defaultValue={categoryId}
            options={[{ value: '', name: t('anyCategory') }, ...categories.map(({ id, path }) => ({ value: id, name: path.join(' › ') }))]}
            className="max-w-full"
          />
          {(used.length > 1 || translation) && (
            <ChoiceField
              isAlone
              name="translation"
              label={t('translations')}
              defaultValue={translation}
              options={[
                { value: '', name: t('anyTranslation') },
                { value: 'outdated', name: t('outdated') },
                ...used.map((locale) => ({ value: `missing:${locale}`, name: t('missingIn', { language: languageName(locale) }) })),
              ]}
            />
          )}
          <Button type="submit" size="small">
            {t('filter')}
          </Button>
          <Link
            href={isDue ? '/agent/kb' : '/agent/kb?due='}
            aria-current={isDue ? 'true' : undefined}
            className="rounded-md px-2.5 py-1 text-sm hover:bg-surface aria-[current=true]:bg-line/70 aria-[current=true]:font-medium"
          >
            {t('due')}
          </Link>
        </form>
      </search>
      {items.length === 0 ? (
        <Empty
          icon={<BookOpen />}
          title={t(isFiltered ? 'noMatches' : 'none')}
          action={
            mayRead &&
            categories.length === 0 && (
              <Button asChild>
                <Link href="/agent/kb/categories">{t('categories')}</Link>
              </Button>
            )
          }
        >
          {t(isFiltered ? 'noMatchesSays' : categories.length === 0 ? 'noneWithoutCategory' : 'noneSays')}
        </Empty>
      ) : (
        <table className="w-full table-auto border-b text-sm">
          <thead className="border-b text-xs text-muted">
            <tr>
              <th scope="col" className="h-9 ps-4 pe-3 font-medium">
                {t('article')}
              </th>
              <th scope="col" className="h-9 px-3 font-medium">
                {t('status')}
              </th>
              <th scope="col" className="hidden h-9 px-3 font-medium md:table-cell">
                {t('category')}
              </th>
              <th scope="col" className="hidden h-9 px-3 font-medium lg:table-cell">
                {t('language')}
              </th>
              <th scope="col" className="hidden h-9 px-3 font-medium lg:table-cell">
                {t('author')}
              </th>
              <th scope="col" className="hidden h-9 px-3 text-end font-medium lg:table-cell">
                {t('reviewAt')}
              </th>
              <th scope="col" className="hidden h-9 ps-3 pe-4 text-end font-medium sm:table-cell">
                {t('changed')}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {items.map((article) => (
              <tr key={article.id} className="relative h-10 hover:bg-surface">
                <th scope="row" className="w-full max-w-0 py-1.5 ps-4 pe-3 text-start font-medium">
                  <Link href={`/agent/kb/${article.id}`} className="block truncate -outline-offset-2 after:absolute after:inset-0">
                    <bdi>{article.title}</bdi>
                  </Link>
                </th>
                <td className="px-3">
                  <span className="flex flex-wrap gap-1">
                    <StatusBadge status={article.status} isPublished={article.isPublished} />
                    {article.isOutdated && <span className="pill border-warning whitespace-nowrap text-warning">{t('outdated')}</span>}
                  </span>
                </td>
                <td className="hidden max-w-48 truncate px-3 text-muted md:table-cell">
                  <bdi>{article.category.name}</bdi>
                </td>
                <td className="hidden px-3 text-muted lg:table-cell">{article.locale.toUpperCase()}</td>
                <td className="hidden max-w-40 truncate px-3 text-muted lg:table-cell">
                  <bdi>{article.author?.name}</bdi>
                </td>
                <td className="hidden px-3 text-end text-xs whitespace-nowrap text-muted lg:table-cell">
                  {article.reviewAt && <Time at={article.reviewAt} timeZone={person.timeZone} className="relative" />}
                </td>
                <td className="hidden ps-3 pe-4 text-end text-xs whitespace-nowrap text-muted sm:table-cell">
                  <Time at={article.updatedAt} timeZone={person.timeZone} className="relative" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {nextCursor && (
        <div className="p-4">
          <Button asChild>
            <Link href={`/agent/kb?${query({ cursor: nextCursor })}`}>{t('more')}</Link>
          </Button>
        </div>
      )}
    </Texts>
  )
}
