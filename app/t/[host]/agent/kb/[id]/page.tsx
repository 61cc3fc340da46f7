import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { cache } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ArticleEditor } from '@/components/kb/article-editor'
import { listKbCategories } from '@/lib/kb/articles/categories'
import { getArticle } from '@/lib/kb/articles/queries'

type Params = { params: Promise<{ id: string }> }

const read = cache((id: string) => load((context) => call(getArticle, { id }, { context })))

export const generateMetadata = async ({ params }: Params): Promise<Metadata> => ({ title: (await read((await params).id)).title })

export default async function Article({ params }: Params) {
  const { person } = await signedIn()
  const { id } = await params
  const article = await read(id)
  const mayRead = person.permissions.includes('kb.view')
  const { items } = mayRead ? await load((context) => call(listKbCategories, undefined, { context })) : { items: [] }
  const host = (await headers()).get('host') ?? ''
  return (
    <Texts of={['kb', 'tickets']}>
      <ArticleEditor key={id} first={article} categories={items} timeZone={person.timeZone} origin={host} />
    </Texts>
  )
}
