import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import type { Clash } from './use-change'

/** Someone was quicker: whose change stands is for whoever comes later to say. */
export function ClashChoice({ clash }: { clash: Clash | null }) {
  const t = useTranslations('tickets.clash')
  if (!clash) return null
  return (
    <div role="alert" className="grid gap-2 rounded-md border border-warning/40 bg-note px-3 py-2 text-sm">
      <p>{clash.says}</p>
      <div className="flex gap-2">
        <Button size="small" onClick={clash.keepTheirs}>
          {t('keepTheirs')}
        </Button>
        <Button size="small" onClick={clash.useMine}>
          {t('useMine')}
        </Button>
      </div>
    </div>
  )
}
