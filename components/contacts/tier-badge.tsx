import { Star } from 'lucide-react'
import { Badge } from '@/components/ui/layout'
import type { Tier } from '@/lib/contacts/schema'

export const tierNames: Record<Tier, string> = { premium: 'Premium', standard: 'Standard', basic: 'Basic' }

export const TierBadge = ({ tier }: { tier: Tier | null }) =>
  tier && (
    <Badge className={tier === 'premium' ? 'text-warning' : 'text-muted'}>
      {tier === 'premium' && <Star aria-hidden className="size-3" />} {tierNames[tier]}
    </Badge>
  )
