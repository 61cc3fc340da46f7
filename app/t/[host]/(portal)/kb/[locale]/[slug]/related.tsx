import { call } from '@orpc/server'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import type { PublishedArticle } from '@/lib/kb/articles/published'
import { listRelatedArticles } from '@/lib/kb/search/related'
import { ArticleList } from '../../parts'

/** What else there is to read after an article. */
export async function RelatedArticles({ article: { id, locale } }: { article: PublishedArticle }) {
  const t = await getTranslations('helpCentre')
  const { items } = await load((context) => call(listRelatedArticles, { id }, { context }))
  if (items.length === 0) return null
  return (
    <section aria-labelledby="related" className="mt-10 grid grid-cols-[minmax(0,1fr)] gap-3 print:hidden">
      <h2 id="related" className="text-lg font-semibold">
        {t('related')}
      </h2>
      <ArticleList articles={items} locale={locale} />
    </section>
  )
}
