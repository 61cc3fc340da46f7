'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { save } from '@/components/ui/save'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

type Filter = Parameters<typeof api.audit.export>[0]

/** The events that the page asks for, all of them, as a file. */
export function ExportEvents({ filter }: { filter: Filter }) {
  const t = useTranslations('settings.audit')
  const { run, isPending } = useAction(api.audit.export, { onDone: ({ csv }) => save('audit.csv', 'text/csv', csv) })
  return (
    <Button isPending={isPending} onClick={() => void run(filter)}>
      <Download aria-hidden /> {t('export')}
    </Button>
  )
}
