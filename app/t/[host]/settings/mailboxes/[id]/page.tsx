import { call } from '@orpc/server'
import { ArrowLeft, History } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { getMailbox, listFetches } from '@/lib/channels/email/mailboxes/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.mailboxes'))('log') })

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<{ cursor?: string }>
}

export default async function FetchLog({ params, searchParams }: Props) {
  const t = await getTranslations('settingsPages.mailboxes')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { id } = await params
  const { cursor } = await searchParams
  const mailbox = await load((context) => call(getMailbox, { id }, { context }))
  const { items, nextCursor } = await load((context) => call(listFetches, { id, cursor }, { context }))
  return (
    <>
      <Link href="/settings/mailboxes" className="mb-2 flex w-fit items-center gap-1.5 text-sm text-link">
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('title')}
      </Link>
      <PageHeader title={t('logOf', { name: mailbox.name })} says={t('logSays')} />
      <Card>
        {items.length === 0 ? (
          <Empty icon={<History />} title={t('noFetches')}>
            {t('noFetchesSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map(({ startedAt, endedAt, ...fetch }) => (
              <li key={fetch.id} className="grid grid-cols-[minmax(0,1fr)] gap-1 px-4 py-2.5 text-sm">
                <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                  <span className="min-w-0">
                    {fetch.error && fetch.messages === 0
                      ? t('failed')
                      : t('brought', { messages: fetch.messages, tickets: fetch.newTickets, replies: fetch.newReplies })}
                  </span>
                  <span className="text-muted">
                    {t(`causes.${fetch.cause}`)}
                    {endedAt && ` · ${t('took', { seconds: (endedAt.getTime() - startedAt.getTime()) / 1000 })}`}
                  </span>
                  <Time at={startedAt} timeZone={person.timeZone} className="ms-auto text-muted" />
                </p>
                {fetch.error && <p className="wrap-anywhere text-danger">{fetch.error}</p>}
                {fetch.problems.map(({ folder, uid, error }) => (
                  <p key={`${folder} ${uid}`} className="wrap-anywhere text-danger">
                    {t('problem', { folder, uid: String(uid), error })}
                  </p>
                ))}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/mailboxes/${id}?${new URLSearchParams({ cursor: nextCursor })}`}>{common('older')}</Link>
        </Button>
      )}
    </>
  )
}
