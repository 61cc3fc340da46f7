import { call, ORPCError } from '@orpc/server'
import { CircleAlert } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { finishConsent } from '@/lib/channels/email/mailboxes/commands/authorise'
import { answered } from '@/lib/channels/email/mailboxes/consent'
import { oauthProviders } from '@/lib/mail/schema'

export const metadata: Metadata = { referrer: 'no-referrer' }

interface Props {
  params: Promise<{ provider: string }>
  searchParams: Promise<Partial<Record<string, string | string[]>>>
}

/** Where Google and Microsoft send people back to, by way of the root host. */
export default async function Callback({ params, searchParams }: Props) {
  const [{ provider: name }, given] = await Promise.all([params, searchParams])
  const provider = oauthProviders.find((known) => known === name)
  const answer = Object.fromEntries(answered.map((key) => [key, given[key]]).filter(([, value]) => typeof value === 'string'))
  if (!provider || !answer.state) notFound()
  const problem = await load(async (context) => {
    try {
      await call(finishConsent, { provider, state: answer.state as string, ...answer }, { context })
      return null
    } catch (error) {
      if (error instanceof ORPCError && (error.code === 'INVALID' || error.code === 'FORBIDDEN')) return error.message
      throw error
    }
  })
  if (problem === null) redirect('/settings/mailboxes')
  const t = await getTranslations('settingsPages.mailboxes')
  return (
    <>
      <PageHeader title={t('title')} />
      <Card>
        <Empty icon={<CircleAlert />} title={t('notConnected')}>
          {problem}
        </Empty>
        <Button asChild className="mx-auto mb-6 flex w-fit">
          <Link href="/settings/mailboxes">{t('back')}</Link>
        </Button>
      </Card>
    </>
  )
}
