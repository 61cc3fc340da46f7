'use client'

import { CheckCheck } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useChanges } from '@/components/realtime/provider'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import type { NotificationOutput } from '@/lib/notifications/schema'
import { channels } from '@/lib/realtime/schema'
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

/** Keeps the page true while notifications come and are read elsewhere. */
export function LiveNotifications({ personId, since }: { personId: string; since: number }) {
  const router = useRouter()
  useChanges(channels.user(personId), { since, gatherMs: 1000 }, () => router.refresh())
  return null
}
