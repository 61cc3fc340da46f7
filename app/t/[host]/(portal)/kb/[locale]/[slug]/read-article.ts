import { call } from '@orpc/server'
import { permanentRedirect } from 'next/navigation'
import { cache } from 'react'
import { load } from '@/app/load'
import { openHelpCentre, typed } from '@/app/t/kb/help-centre'
import { articlePath } from '@/lib/kb/articles/article-address'
import { getPublishedArticle } from '@/lib/kb/articles/published'

/** The article of an address, read once per request; an address that it had leads to the one of today. */
export const readArticle = cache(async (locale: string, slug: string) => {
  await openHelpCentre()
  const article = await load((context) => call(getPublishedArticle, { locale: typed(locale), slug: typed(slug) }, { context }))
  if (article.locale !== typed(locale) || article.slug !== typed(slug)) permanentRedirect(articlePath(article))
  return article
})
