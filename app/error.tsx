'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { readRefusal } from '@/lib/core/refused'

export default function Failed({ error, retry, reset }: { error: Error & { digest?: string }; retry?: () => void; reset: () => void }) {
  const t = useTranslations('ui.failed')
  const refusal = readRefusal(error.digest)
  const kind = refusal && ({ RATE_LIMITED: 'rateLimited', UNAVAILABLE: 'unavailable' } as const)[refusal.why]
  const says = kind
    ? t(kind, { seconds: String(refusal.seconds) })
    : error.digest
      ? t('says', { reference: error.digest })
      : t('saysUnlogged')
  return (
    <main className="mx-auto grid min-h-[70vh] max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t(kind ? `${kind}Title` : 'title')}</h1>
      <p className="text-muted">{says}</p>
      <Button onClick={retry ?? reset} className="justify-self-start">
        {t('again')}
      </Button>
    </main>
  )
}
