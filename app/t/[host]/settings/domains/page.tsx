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

const tone = { pending: 'text-warning', verified: 'text-success', failed: 'text-danger' }

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
        {items.map(({ checkedAt, ...domain }) => (
          <Card key={domain.id} className="grid gap-3 p-4">
            <div className="flex flex-wrap items-center gap-3">
              <h2 className="min-w-0 flex-1 font-medium break-all">{domain.hostname}</h2>
              <Badge className={tone[domain.status]}>{t(`status.${domain.status}`)}</Badge>
              <DomainActions id={domain.id} hostname={domain.hostname} />
            </div>
            {domain.lastError && <p className="text-sm text-danger">{domain.lastError}</p>}
            {checkedAt && (
              <p className="text-sm text-muted">{t.rich('checked', { time: () => <Time at={checkedAt} timeZone={person.timeZone} /> })}</p>
            )}
            {(domain.status !== 'verified' || domain.lastError) && (
              <>
                <p className="text-sm">{t(domain.status === 'verified' ? 'lost' : 'records')}</p>
                <div className="overflow-x-auto">
                  <table className="w-full text-sm">
                    <thead className="text-muted">
                      <tr>
                        <th className="py-1 pe-4 font-medium">{t('type')}</th>
                        <th className="py-1 pe-4 font-medium">{t('name')}</th>
                        <th className="py-1 font-medium">{t('value')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {[domain.pointing, ...domain.records].map((record) => (
                        <tr key={record.type + record.name} className="border-t">
                          <td className="py-1.5 pe-4">{record.type}</td>
                          <td className="py-1.5 pe-4 font-mono text-xs">
                            {record.name} <CopyButton value={record.name} />
                          </td>
                          <td className="py-1.5 font-mono text-xs">
                            {record.value} <CopyButton value={record.value} />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </>
            )}
          </Card>
        ))}
      </div>
    </>
  )
}
