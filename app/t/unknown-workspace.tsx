'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

export function UnknownWorkspace() {
  const t = useTranslations('workspacePages.unknown')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="text-muted">{t('operator')}</p>
      <Button asChild className="justify-self-start">
        <Link href="/">{t('retry')}</Link>
      </Button>
    </main>
  )
}
