import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ImportProgress } from '@/components/kb/import-articles'
import { PageHeader } from '@/components/ui/layout'
import { getImport } from '@/lib/kb/import/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.import'))('title') })

/** One import: what would become of its files, how far it is, and what became of them. */
export default async function OneImport({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('kbPages.import')
  const { person } = await signedIn()
  if (!person.permissions.includes('kb.manage')) redirect('/forbidden')
  const { id } = await params
  const given = await load((context) => call(getImport, { id }, { context }))
  return (
    <Texts of={['kb']}>
      <div className="mx-auto grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4 px-4 py-5">
        <PageHeader back={{ href: '/agent/kb/import', name: t('title') }} title={given.fileName} />
        <ImportProgress given={given} />
      </div>
    </Texts>
  )
}
