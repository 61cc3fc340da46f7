import { call } from '@orpc/server'
import { Bell, Settings } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { workspaceHeads } from '@/app/t/heads'
import { signedIn } from '@/app/t/viewer'
import { LiveNotifications, MarkAllRead, NotificationList } from '@/components/notifications/notification-list'
import { Button } from '@/components/ui/button'
import { Card, Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Tabs } from '@/components/ui/tabs'
import { listNotifications } from '@/lib/notifications/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('bell'))('title') })

/** All notifications of the reader, of which the bell shows the newest. */
export default async function Notifications({ searchParams }: { searchParams: Promise<{ only?: string; cursor?: string }> }) {
  const t = await getTranslations('bell')
  const common = await getTranslations('common')
  const { desk, person } = await signedIn()
  const { only, cursor } = await searchParams
  const isUnread = only === 'unread'
  const asked = { cursor, limit: 50, ...(isUnread ? { unread: 'true' } : {}) }
  // Before what is read, so that nothing between is missed.
  const since = await workspaceHeads(desk.id, person.id)
  const { items, nextCursor, unread } = await load((context) => call(listNotifications, asked, { context }))
  const pathTo = (query: Record<string, string>) => `/agent/notifications?${new URLSearchParams(query)}`
  return (
    <div className="mx-auto grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-3 p-4 md:p-6">
      <LiveNotifications personId={person.id} since={since.user} />
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="me-auto text-xl font-semibold">{t('title')}</h1>
        <MarkAllRead unread={unread} />
        <Button asChild size="small">
          <Link href="/settings/notifications">
            <Settings aria-hidden /> {t('settings')}
          </Link>
        </Button>
      </header>
      <Tabs
        label={t('title')}
        className="mb-0"
        tabs={[
          { href: '/agent/notifications', name: common('all'), isHere: !isUnread },
          { href: pathTo({ only: 'unread' }), name: t('onlyUnread', { unread }), isHere: isUnread },
        ]}
      />
      <Card className="overflow-hidden">
        {items.length === 0 ? (
          <Empty icon={<Bell />} title={t(isUnread ? 'noneUnread' : 'none')}>
            {!isUnread && t('noneSays')}
          </Empty>
        ) : (
          <NotificationList items={items} timeZone={person.timeZone} />
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="justify-self-start">
          <Link href={pathTo({ ...(isUnread ? { only: 'unread' } : {}), cursor: nextCursor })}>{common('older')}</Link>
        </Button>
      )}
    </div>
  )
}
