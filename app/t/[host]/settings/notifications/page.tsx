import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { BrowserPush } from '@/components/notifications/browser-push'
import { Mute, PreferencesForm } from '@/components/notifications/preferences'
import { PageHeader } from '@/components/ui/layout'
import { getPreferences } from '@/lib/notifications/queries'

export const metadata: Metadata = { title: 'Notifications' }

export default async function Notifications() {
  const preferences = await load((context) => call(getPreferences, undefined, { context }))
  return (
    <>
      <PageHeader title="Notifications" says="What you are told of, and how. What you do yourself is never told to you." />
      <div className="grid gap-4">
        <Mute preferences={preferences} />
        <BrowserPush browsers={preferences.browsers} />
        <PreferencesForm key={preferences.version} preferences={preferences} />
      </div>
    </>
  )
}
