import { X } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { languageName } from '@/app/t/kb/help-centre'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/field'
import { Link } from '@/components/ui/link'
import type { PublishedCategory } from '@/lib/kb/articles/published-categories'

interface Props {
  query: string
  tag: string
  categories: PublishedCategory[]
  categoryId: string
  locales: string[]
  language: string
}

/** A form of its own, which needs no JavaScript. */
export async function SearchFilters({ query, tag, categories, categoryId, locales, language }: Props) {
  const t = await getTranslations('helpCentre.search')
  const here = new URLSearchParams({ q: query, ...(categoryId && { category: categoryId }), ...(language && { language }) })
  return (
    <form
      key={`${categoryId} ${language}`}
      action="/kb/search"
      aria-label={t('filters')}
      className="mb-5 flex flex-wrap items-end gap-2 text-sm"
    >
      <input type="hidden" name="q" value={query} />
      {tag && <input type="hidden" name="tag" value={tag} />}
      {categories.length > 1 && (
        <Select name="category" aria-label={t('category')} defaultValue={categoryId} className="max-w-56">
          <option value="">{t('allCategories')}</option>
          {categories.map(({ id, path }) => (
            <option key={id} value={id}>
              {path.join(' / ')}
            </option>
          ))}
        </Select>
      )}
      {locales.length > 1 && (
        <Select name="language" aria-label={t('language')} defaultValue={language} className="max-w-48">
          <option value="">{t('allLanguages')}</option>
          {locales.map((locale) => (
            <option key={locale} value={locale} lang={locale}>
              {languageName(locale)}
            </option>
          ))}
        </Select>
      )}
      {(categories.length > 1 || locales.length > 1) && (
        <Button type="submit" size="small">
          {t('apply')}
        </Button>
      )}
      {tag && (
        <Button asChild size="small" variant="ghost">
          <Link href={`/kb/search?${here}`} aria-label={t('removeTag', { tag })}>
            <bdi>{t('tag', { tag })}</bdi> <X aria-hidden />
          </Link>
        </Button>
      )}
    </form>
  )
}
