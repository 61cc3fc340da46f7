'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

/** Within the portal's own header and footer. */
export default function PortalNotFound() {
  const t = useTranslations('ui.notFound')
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="flex flex-wrap justify-center gap-2">
        <Button asChild variant="primary">
          <Link href="/">{t('home')}</Link>
        </Button>
        <Button asChild>
          <Link href="/submit">{t('submit')}</Link>
        </Button>
      </p>
    </div>
  )
}
