import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlatformCard } from '@/app/(platform)/platform-card'
import { Texts } from '@/app/texts'
import { FindWorkspaceForm } from '@/components/platform/find-workspace'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: t('titled', { title: t('find.title') }) }
}

export default async function FindWorkspace() {
  const t = await getTranslations('platformPages')
  return (
    <PlatformCard title={t('find.title')}>
      <p className="text-sm text-muted">{t('find.says')}</p>
      <Texts of={['platform']}>
        <FindWorkspaceForm />
      </Texts>
    </PlatformCard>
  )
}
