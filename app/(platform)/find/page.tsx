import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Texts } from '@/app/texts'
import { FindWorkspaceForm } from '@/components/platform/find-workspace'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: t('titled', { title: t('find.title') }) }
}

export default async function FindWorkspace() {
  const t = await getTranslations('platformPages')
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Link href="/" className="justify-self-center text-lg font-semibold">
        {t('product')}
      </Link>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">{t('find.title')}</h1>
        <p className="text-sm text-muted">{t('find.says')}</p>
        <Texts of={['platform']}>
          <FindWorkspaceForm />
        </Texts>
      </Card>
    </main>
  )
}
