import { call } from '@orpc/server'
import { Inbox } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddMailbox, MailboxActions } from '@/components/settings/mailboxes'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listMailboxes } from '@/lib/channels/email/mailboxes/queries'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.mailboxes'))('title') })

const tone = { connected: 'text-success', failing: 'text-danger', revoked: 'text-danger' }

export default async function Mailboxes() {
  const t = await getTranslations('settingsPages.mailboxes')
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
      <div className="grid gap-4">
        {items.length === 0 && (
          <Card>
            <Empty icon={<Inbox />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          </Card>
        )}
        {items.map((mailbox) => {
          const { lastFetchedAt } = mailbox
          return (
            <Card key={mailbox.id} className="grid gap-2 p-4">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
                <h2 className="min-w-0 flex-1 basis-48 font-medium wrap-anywhere">{mailbox.name}</h2>
                {mailbox.isDefault && <Badge>{t('default')}</Badge>}
                {mailbox.state === 'connected' && mailbox.provider === 'imap' && mailbox.isIncoming && !lastFetchedAt ? (
                  <Badge>{t('state.waiting')}</Badge>
                ) : (
                  <Badge className={tone[mailbox.state]}>{t(`state.${mailbox.state}`)}</Badge>
                )}
              </div>
              <p className="text-sm text-muted wrap-anywhere">
                <bdi dir="ltr">{mailbox.address}</bdi> · {mailbox.department?.name ?? t('defaultDepartment')}
                {mailbox.provider !== 'imap' && ` · ${t(`signedIn.${mailbox.provider}`)}`}
              </p>
              {mailbox.lastError && <p className="text-sm wrap-anywhere text-danger">{mailbox.lastError}</p>}
              {mailbox.lastSendError && (
                <p className="text-sm wrap-anywhere text-danger">{t('sending', { error: mailbox.lastSendError })}</p>
              )}
              <p className="text-sm text-muted">
                {lastFetchedAt
                  ? t.rich('fetched', { time: () => <Time at={lastFetchedAt} timeZone={person.timeZone} /> })
                  : t(mailbox.isIncoming ? 'notFetched' : 'outgoingOnly')}
              </p>
              <div className="flex flex-wrap gap-2">
                <MailboxActions mailbox={mailbox} departments={departments} providers={providers} />
                <Button asChild size="small">
                  <Link href={`/settings/mailboxes/${mailbox.id}`}>{t('log')}</Link>
                </Button>
              </div>
            </Card>
          )
        })}
      </div>
    </>
  )
}
