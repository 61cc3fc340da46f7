'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

/** What an agent may not see, or no longer sees, is said inside the workspace. */
export default function AgentNotFound() {
  const t = useTranslations('ui.notFound')
  return (
    <div className="grid justify-items-center gap-3 px-4 py-16 text-center">
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <p className="max-w-sm text-sm text-muted">{t('ticketSays')}</p>
      <Button asChild variant="primary">
        <Link href="/agent">{t('inbox')}</Link>
      </Button>
    </div>
  )
}
