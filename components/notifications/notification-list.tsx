'use client'

import { CheckCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import type { NotificationOutput } from '@/lib/notifications/schema'
import { api } from '@/lib/wiring/client'
import { NotificationItem } from './item'

/** A page of notifications; one that is opened counts as read. */
export const NotificationList = ({ items, timeZone }: { items: NotificationOutput[]; timeZone: string }) => (
  <ul className="divide-y">
    {items.map((item) => (
      <li key={item.id}>
        <NotificationItem
          item={item}
          timeZone={timeZone}
          // The bell says so again if it could not be marked.
          onOpen={() => item.readAt === null && void api.notifications.markRead({ id: item.id }).catch(() => {})}
        />
      </li>
    ))}
  </ul>
)

export function MarkAllRead({ unread }: { unread: number }) {
  const t = useTranslations('bell')
  const { run, isPending } = useAction(api.notifications.markAllRead)
  return (
    <Button size="small" disabled={unread === 0} isPending={isPending} onClick={() => void run({})}>
      <CheckCheck aria-hidden /> {t('markAllRead')}
    </Button>
  )
}
