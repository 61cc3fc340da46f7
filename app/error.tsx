'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'

export default function Failed({ error, retry, reset }: { error: Error & { digest?: string }; retry?: () => void; reset: () => void }) {
  const t = useTranslations('ui.failed')
  return (
    <main className="mx-auto grid min-h-[70vh] max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{error.digest ? t('says', { reference: error.digest }) : t('saysUnlogged')}</p>
      <Button onClick={retry ?? reset} className="justify-self-start">
        {t('again')}
      </Button>
    </main>
  )
}
