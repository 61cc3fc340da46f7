'use client'

import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import type { NotificationOutput } from '@/lib/notifications/schema'

interface Props {
  item: NotificationOutput
  timeZone: string
  /** It was opened. */
  onOpen: () => void
}

/** A notification, which leads to what it is about. */
export function NotificationItem({ item, timeZone, onOpen }: Props) {
  const t = useTranslations('bell')
  return (
    <Link
      href={item.href}
      onClick={onOpen}
      className={cn(
        'grid gap-0.5 border-s-2 px-4 py-2.5 -outline-offset-2 hover:bg-surface',
        item.readAt ? 'border-s-transparent' : 'border-s-accent',
      )}
    >
      <span className="flex items-baseline gap-2">
        <span dir="auto" className={cn('min-w-0 flex-1 wrap-anywhere', item.readAt ? 'text-muted' : 'font-medium')}>
          {!item.readAt && <span className="sr-only">{t('unread')} </span>}
          {item.title}
          {item.count > 1 && <span className="text-muted"> ({item.count})</span>}
        </span>
        <Time at={item.updatedAt} timeZone={timeZone} className="text-xs text-muted" />
      </span>
      {item.body && (
        <span dir="auto" className="line-clamp-2 text-sm wrap-anywhere text-muted">
          {item.body}
        </span>
      )}
    </Link>
  )
}
