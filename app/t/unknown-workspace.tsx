'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

/** @param platform origin of the root host */
export function UnknownWorkspace({ platform }: { platform: string }) {
  const t = useTranslations('workspacePages.unknown')
  const common = useTranslations('common')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <a href={platform} className="text-lg font-semibold">
        {common('system')}
      </a>
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="text-muted">{t('operator')}</p>
      <p className="flex flex-wrap gap-2">
        <Button asChild variant="primary">
          <a href={`${platform}/find`}>{t('find')}</a>
        </Button>
        <Button asChild>
          <Link href="/">{t('retry')}</Link>
        </Button>
      </p>
    </main>
  )
}
