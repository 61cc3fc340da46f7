import { Star } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/layout'
import type { Tier } from '@/lib/contacts/schema'

export function TierBadge({ tier }: { tier: Tier | null }) {
  const t = useTranslations('common.tier')
  return (
    tier && (
      <Badge className={tier === 'premium' ? 'text-warning' : 'text-muted'}>
        {tier === 'premium' && <Star aria-hidden className="size-3" />} {t(tier)}
      </Badge>
    )
  )
}
