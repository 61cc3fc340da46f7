import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { cache } from 'react'
import { load } from '@/app/load'
import { articleHead } from '@/app/t/heads'
import { helpCentre, languageName } from '@/app/t/kb/help-centre'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ArticleEditor } from '@/components/kb/article-editor'
import { listKbCategories } from '@/lib/kb/articles/categories'
import { getArticle } from '@/lib/kb/articles/queries'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { offeredLocales } from '@/lib/kb/articles/values'
import { getVersion } from '@/lib/kb/articles/versions'

type Params = { params: Promise<{ id: string }> }

const read = cache(async (id: string) => {
  const since = await articleHead(id)
  return { since, article: await load((context) => call(getArticle, { id }, { context })) }
})

export const generateMetadata = async ({ params }: Params): Promise<Metadata> => ({ title: (await read((await params).id)).article.title })

export default async function Article({ params }: Params) {
  const { person, desk } = await signedIn()
  const { id } = await params
  const { article, since } = await read(id)
  const mayRead = person.permissions.includes('kb.view')
  const { items } = mayRead ? await load((context) => call(listKbCategories, undefined, { context })) : { items: [] }
  const { locales } = await helpCentre()
  const used = [...new Set([desk.locale, ...locales, article.locale, ...article.translations.map(({ locale }) => locale)])]
  const languages = [...new Set([...used, ...offeredLocales])].map((value) => ({
    value,
    name: languageName(value),
    isUsed: used.includes(value),
  }))
  const source = await readSource(article)
  const host = (await headers()).get('host') ?? ''
  return (
    <Texts of={['kb', 'tickets']}>
      <ArticleEditor
        key={id}
        first={article}
        categories={items}
        languages={languages}
        source={source}
        timeZone={person.timeZone}
        origin={host}
        personId={person.id}
        since={since}
      />
    </Texts>
  )
}

/** What a translation is made of, for whoever may see it. */
async function readSource({ source }: ArticleOutput) {
  if (!source) return null
  const { id, n, locale } = source
  const { title, content } = n
    ? await load((context) => call(getVersion, { id, n }, { context }))
    : await load((context) => call(getArticle, { id }, { context }))
  return { id, locale, language: languageName(locale), n, title, content }
}
