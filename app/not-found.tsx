'use client'

import { useTranslations } from 'next-intl'
import { buttonClass } from '@/components/ui/button'

/** Every page carries it, so it has no more than it needs: its link is one of the browser. */
export default function NotFound() {
  const t = useTranslations('ui.notFound')
  return (
    <main className="mx-auto grid min-h-[70vh] max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <a href="/" className={buttonClass({ className: 'justify-self-start' })}>
        {t('home')}
      </a>
    </main>
  )
}
