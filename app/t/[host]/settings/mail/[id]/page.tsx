import { call } from '@orpc/server'
import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { IgnoreList, UnignoreList } from '@/components/settings/blocked-senders'
import { RecoverMail } from '@/components/settings/kept-mail'
import { ReplayMail } from '@/components/settings/replay-mail'
import { MessageBody } from '@/components/tickets/message-body'
import { MailSource } from '@/components/tickets/message-source'
import { Suppress } from '@/components/tickets/undelivered'
import { Button } from '@/components/ui/button'
import { Badge, Card, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { getMail } from '@/lib/channels/email/queries'
import { keptStatuses, type MailOutput, mailReasons, mailSteps } from '@/lib/channels/email/schema'
import { sizeInWords } from '@/lib/files/values'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.mail'))('title') })

export default async function OneMail({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('settingsPages.mail')
  const { person } = await signedIn()
  const { id } = await params
  const mail = await load((context) => call(getMail, { id }, { context }))
  const { subject, from, to, cc, list, mailbox, status, text, html, quoted, quotedHtml, attachments, ticketId, receivedAt } = mail
  const mayManage = person.permissions.includes('mail.manage')
  return (
    <Texts of={['settings', 'tickets']}>
      <Link
        href={`/settings/mail?tab=${keptStatuses.find((each) => each === status) ?? 'all'}`}
        className="mb-3 inline-flex items-center gap-1.5 text-sm text-link"
      >
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('back')}
      </Link>
      <PageHeader title={subject || t('noSubject')}>
        <Badge>{t(`status.${status}`)}</Badge>
      </PageHeader>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div className="flex flex-wrap gap-2">
          <RecoverMail mail={mail} />
          {mail.undelivered.map(({ mailId, email, isSuppressed }) =>
            isSuppressed ? null : <Suppress key={email} mailId={mailId} email={email} />,
          )}
          {list && mayManage && (list.isIgnored ? <UnignoreList listId={list.id} name={list.name} /> : <IgnoreList id={id} list={list} />)}
          {ticketId && (
            <Button asChild size="small" variant="primary">
              <Link href={`/agent/tickets/${ticketId}`}>{t('ticket')}</Link>
            </Button>
          )}
        </div>
        <Card className="grid gap-4 p-5">
          <dl className="grid gap-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)] sm:gap-x-4">
            <Fact name={t('from')}>
              <bdi>{from.address ? (from.name ? `${from.name} <${from.address}>` : from.address) : t('noSender')}</bdi>
            </Fact>
            {to.length > 0 && <Fact name={t('to')}>{to.slice(0, 20).join(', ')}</Fact>}
            {cc.length > 0 && <Fact name={t('cc')}>{cc.slice(0, 20).join(', ')}</Fact>}
            {list && (
              <Fact name={t('list')}>
                <bdi>{list.name}</bdi>
                {list.isIgnored && <> ({t('listIsIgnored')})</>}
              </Fact>
            )}
            {mailbox && (
              <Fact name={t('mailbox')}>
                <bdi>{mailbox.name}</bdi>
              </Fact>
            )}
            <Fact name={t('received')}>
              <Time at={receivedAt} timeZone={person.timeZone} />
            </Fact>
          </dl>
          <div>
            <MessageBody message={{ bodyText: text, bodyHtml: html, quotedText: quoted, quotedHtml, source: 'email' }} />
          </div>
          {attachments.some(({ inline }) => !inline) && (
            <div className="text-sm">
              <h2 className="font-semibold">{t('attachments')}</h2>
              <ul>
                {attachments.map(({ name, size, inline }, n) =>
                  inline ? null : (
                    // biome-ignore lint/suspicious/noArrayIndexKey: names come twice, and the list never changes
                    <li key={n} className="wrap-anywhere">
                      <a href={`/api/v1/settings/mail/messages/${id}/files/${n}`} download={name} className="text-link">
                        <bdi>{name}</bdi>
                      </a>{' '}
                      <span className="text-muted">{sizeInWords(size)}</span>
                    </li>
                  ),
                )}
              </ul>
            </div>
          )}
        </Card>
        <Why mail={mail} mayReplay={mayManage} />
        <Card className="p-5">
          <details>
            <summary className="cursor-pointer font-semibold">{t('source')}</summary>
            <div className="mt-3">
              <MailSource id={id} />
            </div>
          </details>
        </Card>
      </div>
    </Texts>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0 wrap-anywhere">{children}</dd>
  </>
)

/** The steps of the decision, in plain words. */
async function Why({ mail: { id, steps, detail }, mayReplay }: { mail: MailOutput; mayReplay: boolean }) {
  const t = await getTranslations('settingsPages.mail')
  const inWords = <K extends string>(keys: readonly K[], say: (key: K) => string) =>
    Object.fromEntries(keys.map((key) => [key, say(key)])) as Record<K, string>
  if (steps.length === 0 && !detail) return null
  return (
    <Card className="p-5">
      <h2 className="mb-2 font-semibold">{t('why')}</h2>
      <ol className="grid gap-1 text-sm">
        {steps.map(({ step, reason }, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may come twice, and the list never changes
          <li key={n} className="grid gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <span className="text-muted">{t(`steps.${step}`)}</span>
            <span>{t(`reasons.${reason}`)}</span>
          </li>
        ))}
      </ol>
      {detail && (
        <details className="mt-3 text-sm text-muted">
          <summary className="cursor-pointer">{t('detail')}</summary>
          <pre className="mt-1 overflow-x-auto whitespace-pre-wrap wrap-anywhere">{detail}</pre>
        </details>
      )}
      {mayReplay && (
        <ReplayMail
          id={id}
          steps={inWords(mailSteps, (step) => t(`steps.${step}`))}
          reasons={inWords(mailReasons, (reason) => t(`reasons.${reason}`))}
        />
      )}
    </Card>
  )
}
