import { call } from '@orpc/server'
import { Inbox } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddMailbox, MailboxMenu } from '@/components/settings/mailboxes'
import { DataTable } from '@/components/ui/data-table'
import { Badge, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listMailboxes } from '@/lib/channels/email/mailboxes/queries'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.mailboxes'))('title') })

const tone = { connected: 'text-success', failing: 'text-danger', revoked: 'text-danger' }

export default async function Mailboxes() {
  const t = await getTranslations('settingsPages.mailboxes')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const [{ items, providers }, { items: all }] = await Promise.all([
    load((context) => call(listMailboxes, undefined, { context })),
    load((context) => call(listDepartments, {}, { context })),
  ])
  const departments = all.map(({ id, name }) => ({ id, name }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <AddMailbox departments={departments} providers={providers} />
      </PageHeader>
      <DataTable
        label={t('title')}
        file="mailboxes"
        empty={
          <Empty icon={<Inbox />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        }
        columns={[
          { name: t('mailbox') },
          { name: common('statusLabel') },
          { name: common('department'), from: 'lg' },
          { name: t('lastFetch'), from: 'sm', isTime: true },
        ]}
        rows={items.map((mailbox) => {
          const { id, name, address, isDefault, isIncoming, provider, lastFetchedAt, lastError, lastSendError } = mailbox
          const isWaiting = mailbox.state === 'connected' && provider === 'imap' && isIncoming && !lastFetchedAt
          const said = t(`state.${isWaiting ? 'waiting' : mailbox.state}`)
          return {
            id,
            words: address,
            menu: <MailboxMenu mailbox={mailbox} departments={departments} providers={providers} />,
            cells: [
              {
                value: name,
                show: (
                  <>
                    <span className="flex flex-wrap items-center gap-2">
                      <bdi>{name}</bdi>
                      {isDefault && <Badge>{t('default')}</Badge>}
                    </span>
                    <span className="block text-xs font-normal text-muted">
                      <bdi dir="ltr">{address}</bdi>
                      {provider !== 'imap' && <> · {t(`signedIn.${provider}`)}</>}
                    </span>
                  </>
                ),
              },
              {
                value: said,
                show: (
                  <>
                    <Badge className={isWaiting ? undefined : tone[mailbox.state]}>{said}</Badge>
                    {lastError && <span className="block text-xs wrap-anywhere text-danger">{lastError}</span>}
                    {lastSendError && (
                      <span className="block text-xs wrap-anywhere text-danger">{t('sending', { error: lastSendError })}</span>
                    )}
                  </>
                ),
              },
              mailbox.department?.name ?? t('defaultDepartment'),
              lastFetchedAt
                ? { value: lastFetchedAt.getTime(), show: <Time at={lastFetchedAt} timeZone={person.timeZone} className="text-muted" /> }
                : { value: 0, show: <span className="text-muted">{t(isIncoming ? 'notFetched' : 'outgoingOnly')}</span> },
            ],
          }
        })}
      />
    </>
  )
}
