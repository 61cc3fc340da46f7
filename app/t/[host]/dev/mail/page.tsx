import { MailOpen } from 'lucide-react'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
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
              <p className="mb-3 text-sm wrap-anywhere text-muted">
                {mail.from} → {mail.to} · <Time at={mail.date} timeZone="UTC" />
              </p>
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
              <details className="mt-3 text-sm text-muted">
                <summary className="cursor-pointer">{t('headers')}</summary>
                <dl className="mt-1 font-mono text-xs break-all">
                  {mail.headers.map(({ name, value }) => (
                    <div key={name}>
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
