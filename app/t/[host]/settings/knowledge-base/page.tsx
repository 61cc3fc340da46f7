import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { KnowledgeBaseForm } from '@/components/settings/knowledge-base-form'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { getKbSettings } from '@/lib/kb/articles/settings'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.kb'))('title') })

export default async function KnowledgeBase() {
  const t = await getTranslations('settingsPages.kb')
  const { person } = await signedIn()
  if (!person.permissions.includes('kb.manage')) notFound()
  const settings = await load((context) => call(getKbSettings, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <Button asChild>
          <Link href="/kb">{t('open')}</Link>
        </Button>
      </PageHeader>
      <KnowledgeBaseForm key={settings.version} settings={settings} />
    </>
  )
}
