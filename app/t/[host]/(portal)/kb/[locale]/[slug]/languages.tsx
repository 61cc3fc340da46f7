import { getTranslations } from 'next-intl/server'
import { languageName } from '@/app/t/kb/help-centre'
import { Link } from '@/components/ui/link'
import { articlePath } from '@/lib/kb/articles/article-address'
import type { PublishedArticle } from '@/lib/kb/articles/published'

/** The same article in other languages, each called by its own name. */
export async function Languages({ article }: { article: PublishedArticle }) {
  const t = await getTranslations('helpCentre')
  if (article.translations.length === 0) return null
  const all = [article, ...article.translations].sort((a, b) => a.locale.localeCompare(b.locale))
  return (
    <nav aria-label={t('language')} className="print:hidden">
      <ul className="flex flex-wrap gap-1">
        {all.map((each) => (
          <li key={each.locale}>
            <Link
              href={articlePath(each)}
              lang={each.locale}
              hrefLang={each.locale}
              title={each.title}
              aria-current={each === article ? 'page' : undefined}
              className="block rounded-md border px-2.5 py-1 text-sm hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {languageName(each.locale)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
