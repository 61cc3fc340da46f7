import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Texts } from '@/app/texts'
import { SetupProgress } from '@/components/platform/setup-progress'
import { Card } from '@/components/ui/layout'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: t('titled', { title: t('setup') }) }
}

export default async function Setup({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Card className="grid gap-4 p-6">
        <Texts of={['platform']}>
          <SetupProgress tenantId={id} />
        </Texts>
      </Card>
    </main>
  )
}
