import { MailOpen } from 'lucide-react'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { isDevMailboxOpen, readDevMailbox } from '@/lib/mail/dev-mailbox'
import { callerOf } from '@/lib/procedure/caller'
import { resolveHost } from '@/lib/tenancy/resolve'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('workspacePages.mailbox'))('tab') })

export default async function DevMail({ params }: { params: Promise<{ host: string }> }) {
  const tenant = await resolveHost(decodeURIComponent((await params).host))
  if (!tenant || !isDevMailboxOpen(callerOf('page', await headers(), 'GET').address)) notFound()
  const t = await getTranslations('workspacePages.mailbox')
  const mails = await readDevMailbox(tenant.ref.slug)
  return (
    <main className="mx-auto max-w-3xl p-5">
      <PageHeader title={t('title')} says={t('says')} />
      {mails.length === 0 && (
        <Card>
          <Empty icon={<MailOpen />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        </Card>
      )}
      <ul className="grid gap-3">
        {mails.map((mail) => (
          <li key={mail.id}>
            <Card className="p-4">
              <h2 dir="auto" className="font-medium wrap-anywhere">
                {mail.subject}
              </h2>
              <dl className="mb-3 grid gap-x-3 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
                <Fact name={t('from')}>{mail.from}</Fact>
                <Fact name={t('to')}>{mail.to}</Fact>
                {mail.cc && <Fact name={t('cc')}>{mail.cc}</Fact>}
                <Fact name={t('date')}>
                  <Time at={mail.date} timeZone="UTC" />
                </Fact>
              </dl>
              <div dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                {mail.text.split(/(https?:\/\/\S+)/).map((part, index) =>
                  index % 2 === 1 ? (
                    <a key={part} href={part} className="break-all text-link underline">
                      {part}
                    </a>
                  ) : (
                    part
                  ),
                )}
              </div>
              {mail.html && (
                <details className="mt-3 text-sm">
                  <summary className="cursor-pointer text-muted">{t('formatted')}</summary>
                  {/* It runs no script, and loads nothing but what it brings. */}
                  <iframe
                    title={t('formattedOf', { subject: mail.subject })}
                    sandbox=""
                    loading="lazy"
                    srcDoc={mail.html}
                    className="mt-2 h-[32rem] w-full rounded-md border bg-white"
                  />
                </details>
              )}
              <details className="mt-3 text-sm text-muted">
                <summary className="cursor-pointer">{t('headers')}</summary>
                <dl className="mt-1 font-mono text-xs break-all">
                  {mail.headers.map(({ name, value }, n) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes
                    <div key={n}>
                      <dt className="inline">{name}: </dt>
                      <dd className="inline">{value}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            </Card>
          </li>
        ))}
      </ul>
    </main>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-muted">{name}</dt>
    <dd dir="auto" className="min-w-0 wrap-anywhere">
      {children}
    </dd>
  </>
)
