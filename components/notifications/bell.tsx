'use client'

import { Bell as BellIcon } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { cn } from '@/components/ui/cn'
import { drawnByStyle } from '@/components/ui/icon'
import { withinPopover } from '@/components/ui/on-demand'
import { Popover } from '@/components/ui/popover'
import type { NotificationOutput } from '@/lib/notifications/schema'
import { channels } from '@/lib/realtime/schema'
import { api } from '@/lib/wiring/client'

const [panel, Panel] = withinPopover(async () => (await import('./panel')).NotificationPanel)

interface Props {
  personId: string
  since: number
  timeZone: string
  /** Where all of them are. */
  allAt?: string
  className?: string
}

const shown = 30

/** A person's notifications, kept up to date. Those about the page in view count as read. */
export function Bell({ personId, since, timeZone, allAt, className }: Props) {
  const t = useTranslations('bell')
  const path = usePathname()
  const [items, setItems] = useState<NotificationOutput[] | null>(null)
  const [unread, setUnread] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const read = useCallback(async () => {
    const page = await api.notifications.list({ limit: shown })
    const isHere = (item: NotificationOutput) => item.readAt === null && item.href === path && document.visibilityState === 'visible'
    if (page.items.some(isHere)) {
      const { count } = await api.notifications.markAllRead({ href: path })
      page.unread = Math.max(0, page.unread - count)
      page.items = page.items.map((item) => (isHere(item) ? { ...item, readAt: new Date() } : item))
    }
    setItems(page.items)
    setUnread(page.unread)
  }, [path])
  useChanges(channels.user(personId), { since, gatherMs: 1000 }, read)
  useEffect(() => {
    const quietly = () => void read().catch(() => {}) // the next change, or looking here again, reads once more
    const onVisible = () => document.visibilityState === 'visible' && quietly()
    quietly()
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [read])
  useTitleCount(unread)

  function seen(ids: string[] | 'all') {
    const isSeen = (item: NotificationOutput) => ids === 'all' || ids.includes(item.id)
    setItems((known) => known?.map((item) => (isSeen(item) && !item.readAt ? { ...item, readAt: new Date() } : item)) ?? null)
    setUnread((count) => (ids === 'all' ? 0 : Math.max(0, count - ids.length)))
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        className={cn('relative grid size-8 shrink-0 place-items-center rounded-md hover:bg-line/50', className)}
        aria-label={t('label', { unread })}
      >
        <BellIcon aria-hidden className="size-4.5" {...drawnByStyle} />
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute -top-0.5 -end-0.5 min-w-4.5 rounded-full bg-accent px-1 text-center text-[11px] leading-4.5 font-semibold text-on-accent"
          >
            {unread > 99 ? t('many') : unread}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal needs={panel}>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t('title')}
          className="z-40 flex max-h-[min(36rem,80vh)] w-[min(24rem,calc(100vw-1rem))] flex-col rounded-lg border bg-raised shadow-lg"
        >
          <Panel
            {...{ items, unread, timeZone, allAt }}
            onClose={() => setOpen(false)}
            onAllRead={() => {
              seen('all')
              api.notifications.markAllRead({}).catch(() => void read())
            }}
            onRead={({ id }) => {
              seen([id])
              api.notifications.markRead({ id }).catch(() => void read())
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Shows the number in the tab's title, whatever page sets it. */
function useTitleCount(count: number) {
  useEffect(() => {
    const bare = () => document.title.replace(/^\(\d+\+?\) /, '')
    const write = () => {
      const wanted = count > 0 ? `(${count > 99 ? '99+' : count}) ${bare()}` : bare()
      if (document.title !== wanted) document.title = wanted
    }
    write()
    const observer = new MutationObserver(write)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [count])
}
