import { call } from '@orpc/server'
import { Globe } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddDomain, DomainActions } from '@/components/settings/domains'
import { CopyButton } from '@/components/ui/copy-button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listDomains } from '@/lib/workspace/domains'

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
  const { person } = await signedIn()
  const { items } = await load((context) => call(listDomains, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <AddDomain />
      </PageHeader>
      <div className="grid gap-4">
        {items.length === 0 && (
          <Card>
            <Empty icon={<Globe />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          </Card>
        )}
        {items.map(({ checkedAt, ...domain }) => {
          // Verified stays verified, whatever is missing now.
          const shown = domain.status === 'verified' ? 'verified' : (domain.finding ?? domain.status)
          return (
            <Card key={domain.id} className="grid gap-3 p-4">
              <div className="flex flex-wrap items-center gap-3">
                <h2 className="min-w-0 flex-1 font-medium break-all">{domain.hostname}</h2>
                {domain.isPrimary && <Badge>{t('primary')}</Badge>}
                <Badge className={tone[shown]}>{t(`status.${shown}`)}</Badge>
                <DomainActions {...domain} isVerified={domain.status === 'verified'} />
              </div>
              {domain.lastError && <p className={`text-sm ${domain.finding ? tone[domain.finding] : ''}`}>{domain.lastError}</p>}
              {checkedAt && (
                <p className="text-sm text-muted">
                  {t.rich('checked', { time: () => <Time at={checkedAt} timeZone={person.timeZone} /> })}
                </p>
              )}
              {(domain.status !== 'verified' || domain.lastError) && (
                <>
                  <p className="text-sm">{t(domain.status === 'verified' ? 'lost' : 'records')}</p>
                  <ul className="divide-y border-t text-sm">
                    {[domain.pointing, ...domain.records].map((record) => (
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
                </>
              )}
            </Card>
          )
        })}
      </div>
    </>
  )
}
