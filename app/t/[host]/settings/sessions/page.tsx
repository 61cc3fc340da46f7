import { call } from '@orpc/server'
import { Code, Monitor } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { EndSession, SignOutEverywhere } from '@/components/settings/account'
import { Badge, Card, PageHeader } from '@/components/ui/layout'
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
      <Card>
        <ul className="divide-y">
          {items.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              {session.kind === 'browser' ? (
                <Monitor aria-hidden className="size-5 text-muted" />
              ) : (
                <Code aria-hidden className="size-5 text-muted" />
              )}
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-medium" title={session.userAgent ?? undefined}>
                    {browserOf(session.userAgent) ?? t('unknownBrowser')}
                  </span>
                  {session.isCurrent && <Badge className="text-success">{t('current')}</Badge>}
                  {session.kind === 'api' && <Badge>{t('api')}</Badge>}
                </p>
                <p className="text-sm text-muted">
                  {t.rich('seen', {
                    address: session.address ?? t('unknownAddress'),
                    seen: () => <Time at={session.lastSeenAt} timeZone={person.timeZone} />,
                    since: () => <Time at={session.createdAt} timeZone={person.timeZone} />,
                  })}
                </p>
              </div>
              {!session.isCurrent && (
                <EndSession
                  id={session.id}
                  says={t('endSays', {
                    browser: browserOf(session.userAgent) ?? t('unknownBrowser'),
                    address: session.address ?? t('unknownAddress'),
                  })}
                />
              )}
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
