import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { RateLimitsForm } from '@/components/settings/rate-limits'
import { PageHeader } from '@/components/ui/layout'
import { readRateLimits } from '@/lib/workspace/rate-limits'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.limits'))('title') })

export default async function RateLimits() {
  const t = await getTranslations('settingsPages.limits')
  const settings = await load((context) => call(readRateLimits, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says', { ceiling: settings.ceiling })} />
      <RateLimitsForm key={settings.version} settings={settings} />
    </>
  )
}
