import { call } from '@orpc/server'
import { SendHorizontal } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { ResendMenu } from '@/components/settings/outgoing'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listOutgoingMail } from '@/lib/correspondence/outgoing-mail'
import type { OutgoingOutput } from '@/lib/mail/schema'
import { isSuppressed, outboundStatuses } from '@/lib/mail/values'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.outgoing'))('title') })

export default async function OutgoingMail({ searchParams }: { searchParams: Promise<{ status?: string; cursor?: string }> }) {
  const t = await getTranslations('settingsPages.outgoing')
  const common = await getTranslations('common')
  const d = await getTranslations('common.delivery')
  const { person } = await signedIn()
  const { status: asked, cursor } = await searchParams
  const counts = await countOf(unfinished)
  // What was not sent comes first, where there is any.
  const status = asked === undefined && counts.failed > 0 ? 'failed' : outboundStatuses.find((each) => each === asked)
  const { items, nextCursor } = await load((context) => call(listOutgoingMail, { status, cursor }, { context }))
  const tab = status ?? 'all'
  return (
    <>
      <PageHeader title={t('title')} says={t('says')} />
      <nav aria-label={t('status')} className="mb-3 flex flex-wrap gap-2">
        {(['all', 'failed', 'bounced', 'complained', 'queued', 'sent', 'delivered'] as const).map((each) => (
          <Button key={each} asChild size="small" variant={each === tab ? 'primary' : 'secondary'}>
            <Link href={`/settings/outgoing?status=${each}`} aria-current={each === tab ? 'page' : undefined}>
              {each === 'all'
                ? common('all')
                : isUnfinished(each) && counts[each] > 0
                  ? t('tab', { status: common(`delivery.status.${each}`), count: counts[each] })
                  : common(`delivery.status.${each}`)}
            </Link>
          </Button>
        ))}
      </nav>
      <DataTable
        label={t('title')}
        isPart={Boolean(cursor || nextCursor)}
        empty={
          <Empty icon={<SendHorizontal />} title={t(status ? 'none' : 'noneAtAll')}>
            {t(status ? 'noneSays' : 'noneAtAllSays')}
          </Empty>
        }
        columns={[{ name: t('subject') }, { name: t('status') }, { name: t('createdAt'), from: 'sm' }]}
        rows={items.map((mail) => {
          const { id, subject, recipients, ticketId, status: stands, again, createdAt, mayResend } = mail
          const isSendingAgain = stands === 'queued' && again.resends > 0
          const said = isSendingAgain ? d('sendingAgain', { addresses: again.missing.join(', ') }) : d(`status.${stands}`)
          return {
            id,
            words: recipients.join(' '),
            menu: mayResend ? <ResendMenu id={id} subject={subject} /> : null,
            cells: [
              {
                value: subject,
                show: (
                  <>
                    {ticketId ? (
                      <Link href={`/agent/tickets/${ticketId}`} className="text-link">
                        <bdi>{subject}</bdi>
                      </Link>
                    ) : (
                      <bdi>{subject}</bdi>
                    )}
                    <span className="block text-xs font-normal text-muted">{t('to', { addresses: recipients.join(', ') })}</span>
                  </>
                ),
              },
              {
                value: said,
                show: (
                  <>
                    <span className={tones[stands]}>{said}</span>
                    <Reasons mail={mail} mayUnsuppress={person.permissions.includes('mail.manage')} />
                  </>
                ),
              },
              { value: createdAt.getTime(), show: <Time at={createdAt} timeZone={person.timeZone} className="text-muted" /> },
            ],
          }
        })}
      />
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/outgoing?${new URLSearchParams({ status: tab, cursor: nextCursor })}`}>{common('older')}</Link>
        </Button>
      )}
    </>
  )
}

/** Of these there are few. */
const unfinished = ['failed', 'queued'] as const
const isUnfinished = (status: string): status is (typeof unfinished)[number] => unfinished.some((each) => each === status)

async function countOf(statuses: typeof unfinished) {
  const counted = statuses.map(async (status) => {
    const { total = 0 } = await load((context) => call(listOutgoingMail, { status, limit: 1, total: true }, { context }))
    return [status, total] as const
  })
  return Object.fromEntries(await Promise.all(counted)) as Record<(typeof unfinished)[number], number>
}

const tones: Record<OutgoingOutput['status'], string> = {
  queued: 'text-muted',
  sent: 'text-muted',
  delivered: 'text-success',
  failed: 'text-danger',
  bounced: 'text-danger',
  complained: 'text-warning',
}

/** Why it did not reach everybody. */
async function Reasons({ mail, mayUnsuppress }: { mail: OutgoingOutput; mayUnsuppress: boolean }) {
  const d = await getTranslations('common.delivery')
  const { reason, lastError, withheld, undelivered, again } = mail
  return (
    <div className="text-xs wrap-anywhere empty:hidden">
      {reason && <p>{d(`reasons.${reason}`)}</p>}
      {undelivered.length > 0 && <p>{d('undelivered', { addresses: undelivered.join(', ') })}</p>}
      {withheld.length > 0 && <p>{d('withheld', { addresses: withheld.join(', ') })}</p>}
      {isSuppressed(mail) && (
        <p>
          {reason !== 'suppressed' && d('isSuppressed', { count: again.missing.length })}{' '}
          {mayUnsuppress && (
            <Link href={`/settings/suppressions?q=${encodeURIComponent(again.missing[0] ?? '')}`} className="text-link underline">
              {d('showSuppressions')}
            </Link>
          )}
        </p>
      )}
      {lastError && (
        <p dir="auto" className="text-danger">
          {lastError}
        </p>
      )}
    </div>
  )
}
