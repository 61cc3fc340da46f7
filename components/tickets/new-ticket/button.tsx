'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { openNewTicket } from './address'

/** The button of a list that opens the dialog. */
export function NewTicketButton() {
  const t = useTranslations('tickets.new')
  return (
    <Button size="small" variant="primary" aria-keyshortcuts="c" title={t('titleWithKey')} onClick={openNewTicket}>
      <Plus aria-hidden /> {t('title')}
    </Button>
  )
}
