import { call } from '@orpc/server'
import { Code, Monitor } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { SessionMenu, SignOutEverywhere } from '@/components/settings/account'
import { DataTable } from '@/components/ui/data-table'
import { Badge, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listSessions } from '@/lib/accounts/account'
import { browserOf } from '@/lib/core/user-agent'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.sessions'))('title') })

export default async function Sessions() {
  const t = await getTranslations('settingsPages.sessions')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listSessions, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <SignOutEverywhere />
      </PageHeader>
      <DataTable
        label={t('title')}
        columns={[{ name: t('client') }, { name: t('address'), from: 'sm' }, { name: t('lastActive') }, { name: t('since'), from: 'lg' }]}
        rows={items.map((session) => {
          const browser = browserOf(session.userAgent) ?? t('unknownBrowser')
          const address = session.address ?? t('unknownAddress')
          const Icon = session.kind === 'browser' ? Monitor : Code
          return {
            id: session.id,
            menu: session.isCurrent ? null : <SessionMenu id={session.id} name={browser} says={t('endSays', { browser, address })} />,
            cells: [
              {
                value: browser,
                show: (
                  <span className="flex flex-wrap items-center gap-2">
                    <Icon aria-hidden className="size-4 text-muted" />
                    <span title={session.userAgent ?? undefined}>{browser}</span>
                    {session.isCurrent && <Badge className="text-success">{t('current')}</Badge>}
                    {session.kind === 'api' && <Badge>{t('api')}</Badge>}
                  </span>
                ),
              },
              address,
              { value: session.lastSeenAt.getTime(), show: <Time at={session.lastSeenAt} timeZone={person.timeZone} /> },
              { value: session.createdAt.getTime(), show: <Time at={session.createdAt} timeZone={person.timeZone} /> },
            ],
          }
        })}
        empty={null}
      />
    </>
  )
}
