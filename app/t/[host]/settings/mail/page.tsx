import { call } from '@orpc/server'
import { MailCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Unblock, UnignoreList } from '@/components/settings/blocked-senders'
import { type ListedMail, MailList } from '@/components/settings/mail-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { listIgnoredLists } from '@/lib/channels/email/commands/ignore-list'
import { listBlockedSenders } from '@/lib/channels/email/commands/unblock'
import { listMail } from '@/lib/channels/email/incoming-mail'
import { listMailboxes } from '@/lib/channels/email/mailboxes/queries'
import { type KeptStatus, keptStatuses, type MailItem } from '@/lib/channels/email/schema'
import { FilterForm, type Filters, inputOf, type Query, readFilters } from './filters'

const tabs = [...keptStatuses, 'all'] as const

const title = async () => (await getTranslations('settingsPages.mail'))('title')

export const generateMetadata = async (): Promise<Metadata> => ({ title: await title() })

export default async function IncomingMail({ searchParams }: { searchParams: Promise<Query> }) {
  const t = await getTranslations('settingsPages.mail')
  const common = await getTranslations('common')
  const settings = await getTranslations('settings.mail')
  const { person } = await signedIn()
  const query = await searchParams
  const filters = readFilters(query)
  const isFiltered = Object.keys(filters).length > 0
  // Whoever looks for an email does not know how it ended.
  const shown = tabs.find((each) => each === query.tab) ?? (isFiltered ? 'all' : 'attention')
  const status = isKept(shown) ? shown : undefined
  const input = { ...inputOf(filters, person.timeZone), status, cursor: [query.cursor].flat()[0] }
  const { items, nextCursor } = await load((context) => call(listMail, input, { context }))
  const mayManage = person.permissions.includes('mail.manage')
  const rows = await Promise.all(items.map((item) => listed(item, shown === 'all', mayManage)))
  const { total = 0 } = await load((context) => call(listMail, { status: 'attention', limit: 1, total: true }, { context }))
  const blocked = await load((context) => call(listBlockedSenders, undefined, { context }))
  const lists = await load((context) => call(listIgnoredLists, undefined, { context }))
  const mailboxes = mayManage ? (await load((context) => call(listMailboxes, undefined, { context }))).items : []
  const empty = isFiltered ? 'filtered' : shown
  return (
    <>
      <PageHeader title={await title()} says={t('says')} />
      <FilterForm
        tab={tabs.find((each) => each === query.tab)}
        filters={filters}
        mailboxes={mailboxes.map(({ id, name }) => ({ id, name }))}
      />
      <nav aria-label={t('tabs.label')} className="mb-3 flex flex-wrap gap-2">
        {tabs.map((each) => (
          <Button key={each} asChild size="small" variant={each === shown ? 'primary' : 'secondary'}>
            <Link href={addressOf({ ...filters, tab: each })} aria-current={each === shown ? 'page' : undefined}>
              {each === 'attention' && total > 0 ? t('tabs.attentionCount', { count: total }) : t(`tabs.${each}`)}
            </Link>
          </Button>
        ))}
      </nav>
      <MailList
        items={rows}
        timeZone={person.timeZone}
        isIgnored={shown === 'ignored'}
        isPart={input.cursor !== undefined || nextCursor !== null}
        empty={
          <Empty icon={<MailCheck />} title={t(`empty.${empty}`)}>
            {t(`emptySays.${empty}`)}
          </Empty>
        }
      />
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={addressOf({ ...filters, tab: shown, cursor: nextCursor })}>{common('older')}</Link>
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
                  {mayManage && <Unblock email={email} />}
                </li>
              ))}
            </ul>
          </Card>
        </section>
      )}
      {lists.items.length > 0 && (
        <section className="mt-8">
          <h2 className="mb-3 text-lg font-semibold">{settings('ignoredLists')}</h2>
          <Card>
            <ul className="divide-y">
              {lists.items.map(({ listId, name }) => (
                <li key={listId} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <span className="min-w-0 flex-1 wrap-anywhere">
                    <bdi>{name}</bdi> {name !== listId && <bdi className="text-sm text-muted">{listId}</bdi>}
                  </span>
                  {mayManage && <UnignoreList listId={listId} name={name} />}
                </li>
              ))}
            </ul>
          </Card>
        </section>
      )}
    </>
  )
}

const addressOf = (query: Filters & { tab: string; cursor?: string }) => `/settings/mail?${new URLSearchParams(query)}`

const isKept = (status: string): status is KeptStatus => keptStatuses.some((each) => each === status)

/** What the list shows of an email, in words. */
async function listed(
  { id, subject, from, recipient, mailbox, reason, status, receivedAt, ticketId }: MailItem,
  isAll: boolean,
  mayManage: boolean,
): Promise<ListedMail> {
  const t = await getTranslations('settingsPages.mail')
  return {
    id,
    subject: subject || t('noSubject'),
    sender: from.name || from.address || t('noSender'),
    address: from.address,
    reason: reason ? t(`reasons.${reason}`) : '',
    status: isAll ? t(`status.${status}`) : null,
    mailbox: mailbox?.name ?? recipient,
    ticketId,
    receivedAt,
    isOpen: mayManage && ticketId === null && isKept(status),
  }
}
