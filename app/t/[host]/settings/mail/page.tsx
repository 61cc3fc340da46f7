import { call } from '@orpc/server'
import { MailCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Unblock } from '@/components/settings/kept-mail'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listBlockedSenders } from '@/lib/channels/email/commands/unblock'
import { listMail } from '@/lib/channels/email/queries'
import { keptStatuses, type MailItem } from '@/lib/channels/email/schema'

const title = async () => (await getTranslations('settingsPages.mail'))('title')

export const generateMetadata = async (): Promise<Metadata> => ({ title: await title() })

export default async function IncomingMail({ searchParams }: { searchParams: Promise<{ tab?: string; cursor?: string }> }) {
  const t = await getTranslations('settingsPages.mail')
  const common = await getTranslations('common')
  const settings = await getTranslations('settings.mail')
  const { person } = await signedIn()
  const { tab, cursor } = await searchParams
  const status = keptStatuses.find((each) => each === tab) ?? 'attention'
  const { items, nextCursor } = await load((context) => call(listMail, { status, cursor }, { context }))
  const { total = 0 } = await load((context) => call(listMail, { status: 'attention', limit: 1, total: true }, { context }))
  const blocked = await load((context) => call(listBlockedSenders, undefined, { context }))
  return (
    <>
      <PageHeader title={await title()} says={t('says')} />
      <nav aria-label={t('tabs.label')} className="mb-3 flex flex-wrap gap-2">
        {keptStatuses.map((each) => (
          <Button key={each} asChild size="small" variant={each === status ? 'primary' : 'secondary'}>
            <Link href={`/settings/mail?tab=${each}`} aria-current={each === status ? 'page' : undefined}>
              {each === 'attention' && total > 0 ? t('tabs.attentionCount', { count: total }) : t(`tabs.${each}`)}
            </Link>
          </Button>
        ))}
      </nav>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<MailCheck />} title={t(`empty.${status}`)}>
            {t(`emptySays.${status}`)}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((item) => (
              <Row key={item.id} item={item} timeZone={person.timeZone} />
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/mail?${new URLSearchParams({ tab: status, cursor: nextCursor })}`}>{common('older')}</Link>
        </Button>
      )}
      {blocked.items.length > 0 && (
        <section className="mt-8">
          <h2 className="mb-3 text-lg font-semibold">{settings('blockedSenders')}</h2>
          <Card>
            <ul className="divide-y">
              {blocked.items.map(({ email }) => (
                <li key={email} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <bdi className="min-w-0 flex-1 wrap-anywhere">{email}</bdi>
                  {person.permissions.includes('mail.manage') && <Unblock email={email} />}
                </li>
              ))}
            </ul>
          </Card>
        </section>
      )}
    </>
  )
}

async function Row({ item, timeZone }: { item: MailItem; timeZone: string }) {
  const t = await getTranslations('settingsPages.mail')
  const { id, subject, from, reason, receivedAt } = item
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
      <Link href={`/settings/mail/${id}`} className="min-w-0 flex-1 basis-60 truncate font-medium text-link">
        <bdi>{subject || t('noSubject')}</bdi>
      </Link>
      <Time at={receivedAt} timeZone={timeZone} className="text-sm text-muted" />
      <p className="basis-full text-sm wrap-anywhere text-muted">
        <bdi>{from.name || from.address || t('noSender')}</bdi>
        {reason && <> · {t(`reasons.${reason}`)}</>}
      </p>
    </li>
  )
}
