import { call } from '@orpc/server'
import { Globe } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddDomain, CheckDomain, DomainMenu } from '@/components/settings/domains'
import { CopyButton } from '@/components/ui/copy-button'
import { DataTable } from '@/components/ui/data-table'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { type DomainOutput, listDomains } from '@/lib/workspace/domains'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.domains'))('title') })

const tone = {
  pending: 'text-muted',
  verified: 'text-success',
  failed: 'text-danger',
  missing: 'text-warning',
  wrong: 'text-danger',
  taken: 'text-danger',
  unanswered: 'text-warning',
}

export default async function Domains() {
  const t = await getTranslations('settingsPages.domains')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listDomains, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <AddDomain />
      </PageHeader>
      <DataTable
        label={t('title')}
        file="domains"
        empty={
          <Empty icon={<Globe />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        }
        columns={[{ name: t('domain') }, { name: common('statusLabel') }, { name: t('lastCheck'), from: 'sm', isTime: true }]}
        rows={items.map((domain) => {
          const { id, hostname, isPrimary, status, finding, lastError, checkedAt } = domain
          const shown = shownOf(domain)
          return {
            id,
            menu: <DomainMenu id={id} hostname={hostname} isPrimary={isPrimary} isVerified={status === 'verified'} />,
            cells: [
              {
                value: hostname,
                show: (
                  <span className="flex flex-wrap items-center gap-2">
                    {hostname}
                    {isPrimary && <Badge>{t('primary')}</Badge>}
                  </span>
                ),
              },
              {
                value: t(`status.${shown}`),
                show: (
                  <>
                    <Badge className={tone[shown]}>{t(`status.${shown}`)}</Badge>
                    {lastError && <span className={`block text-xs ${finding ? tone[finding] : ''}`}>{lastError}</span>}
                  </>
                ),
              },
              checkedAt && {
                value: checkedAt.getTime(),
                show: <Time at={checkedAt} timeZone={person.timeZone} className="text-muted" />,
              },
            ],
          }
        })}
      />
      <div className="mt-4 grid gap-4 empty:hidden">
        {items
          .filter(({ status, lastError }) => status !== 'verified' || lastError)
          .map((domain) => (
            <Records key={domain.id} domain={domain} />
          ))}
      </div>
    </>
  )
}

/** Verified stays verified, whatever is missing now. */
const shownOf = ({ status, finding }: DomainOutput) => (status === 'verified' ? 'verified' : (finding ?? status))

/** What is to be created at the DNS provider, to be copied. */
async function Records({ domain: { id, hostname, status, pointing, records } }: { domain: DomainOutput }) {
  const t = await getTranslations('settingsPages.domains')
  return (
    <Card className="grid gap-3 p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="min-w-0 flex-1 font-medium break-all">{t('recordsOf', { hostname })}</h2>
        <CheckDomain id={id} />
      </div>
      <p className="text-sm">{t(status === 'verified' ? 'lost' : 'records')}</p>
      <ul className="divide-y border-t text-sm">
        {[pointing, ...records].map((record) => (
          <li key={record.type + record.name}>
            <dl className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[4rem_minmax(0,2fr)_minmax(0,3fr)]">
              <div>
                <dt className="text-xs text-muted">{t('type')}</dt>
                <dd className="py-1">{record.type}</dd>
              </div>
              {(['name', 'value'] as const).map((part) => (
                <div key={part} className="min-w-0">
                  <dt className="text-xs text-muted">{t(part)}</dt>
                  <dd className="flex items-start justify-between gap-2 sm:justify-start">
                    <span dir="ltr" className="min-w-0 py-1.5 font-mono text-xs break-all">
                      {record[part]}
                    </span>
                    <CopyButton value={record[part]} />
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  )
}
