import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { BrowserPush } from '@/components/notifications/browser-push'
import { Mute, PreferencesForm } from '@/components/notifications/preferences'
import { PageHeader } from '@/components/ui/layout'
import { getPreferences } from '@/lib/notifications/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.notifications'))('title') })

export default async function Notifications() {
  const t = await getTranslations('settingsPages.notifications')
  const preferences = await load((context) => call(getPreferences, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')} />
      <div className="grid gap-4">
        <Mute preferences={preferences} />
        <BrowserPush browsers={preferences.browsers} />
        <PreferencesForm key={preferences.version} preferences={preferences} />
      </div>
    </>
  )
}
