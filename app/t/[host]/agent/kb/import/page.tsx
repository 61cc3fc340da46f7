import { call } from '@orpc/server'
import { FileInput } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { UploadArticles } from '@/components/kb/import-articles'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listImports } from '@/lib/kb/import/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.import'))('title') })

/** Where files become articles, and what was imported so far. */
export default async function ImportArticles() {
  const t = await getTranslations('kbPages.import')
  const pages = await getTranslations('kbPages')
  const { person } = await signedIn()
  if (!person.permissions.includes('kb.manage') || !person.permissions.includes('kb.write')) redirect('/forbidden')
  const { items } = await load((context) => call(listImports, { limit: 20 }, { context }))
  return (
    <Texts of={['kb']}>
      <div className="mx-auto grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-6 px-4 py-5">
        <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')} says={t('says')} />
        <UploadArticles />
        <DataTable
          label={t('earlier')}
          columns={[{ name: t('file'), isLong: true }, { name: t('status') }, { name: t('begun'), from: 'sm' }]}
          rows={items.map((each) => ({
            id: each.id,
            cells: [
              {
                value: each.fileName,
                show: (
                  <Link href={`/agent/kb/import/${each.id}`} className="wrap-anywhere text-link">
                    <bdi>{each.fileName}</bdi>
                  </Link>
                ),
              },
              { value: t(`statuses.${each.status}`), show: t(`statuses.${each.status}`) },
              { value: each.createdAt.toISOString(), show: <Time at={each.createdAt} timeZone={person.timeZone} /> },
            ],
          }))}
          empty={
            <Empty icon={<FileInput />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          }
        />
      </div>
    </Texts>
  )
}
