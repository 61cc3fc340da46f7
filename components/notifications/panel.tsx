'use client'

import { CheckCheck, Settings } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { drawnByStyle } from '@/components/ui/icon'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import type { NotificationOutput } from '@/lib/notifications/schema'
import { NotificationItem } from './item'

interface Props {
  /** Null until they are read. */
  items: NotificationOutput[] | null
  unread: number
  timeZone: string
  allAt?: string
  onClose: () => void
  onAllRead: () => void
  onRead: (item: NotificationOutput) => void
}

/** The newest notifications, below the bell. */
export function NotificationPanel({ items, unread, timeZone, allAt, onClose, onAllRead, onRead }: Props) {
  const t = useTranslations('bell')
  return (
    <>
      <div className="flex items-center gap-1 border-b py-1.5 ps-4 pe-1.5">
        <h2 className="me-auto font-semibold">{t('title')}</h2>
        <button
          type="button"
          disabled={unread === 0}
          className="flex items-center gap-1.5 rounded-md px-2 py-1.5 text-sm hover:bg-surface disabled:opacity-55"
          onClick={onAllRead}
        >
          <CheckCheck aria-hidden className="size-4" {...drawnByStyle} /> {t('markAllRead')}
        </button>
        <Link href="/settings/notifications" aria-label={t('settings')} className="rounded-md p-2 hover:bg-surface" onClick={onClose}>
          <Settings aria-hidden className="size-4" {...drawnByStyle} />
        </Link>
      </div>
      {items?.length === 0 && <Empty title={t('none')}>{t('noneSays')}</Empty>}
      {items && items.length > 0 && (
        <ul className="divide-y overflow-y-auto">
          {items.map((item) => (
            <li key={item.id}>
              <NotificationItem
                item={item}
                timeZone={timeZone}
                onOpen={() => {
                  onClose()
                  if (!item.readAt) onRead(item)
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {allAt && (
        <Link
          href={allAt}
          onClick={onClose}
          className="border-t px-4 py-2 text-center text-sm text-link -outline-offset-2 hover:bg-surface"
        >
          {t('showAll')}
        </Link>
      )}
    </>
  )
}
