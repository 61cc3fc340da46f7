import { call } from '@orpc/server'
import { Globe } from 'lucide-react'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddDomain, DomainActions } from '@/components/settings/domains'
import { CopyButton } from '@/components/ui/copy-button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listDomains } from '@/lib/workspace/domains'

export const metadata: Metadata = { title: 'Domains' }

const tone = { pending: 'text-warning', verified: 'text-success', failed: 'text-danger' }

export default async function Domains() {
  const { person } = await signedIn()
  const { items } = await load((context) => call(listDomains, undefined, { context }))
  return (
    <>
      <PageHeader title="Domains" says="Let customers reach this desk at your own address. The original address keeps working.">
        <AddDomain />
      </PageHeader>
      <div className="grid gap-4">
        {items.length === 0 && (
          <Card>
            <Empty icon={<Globe />} title="No domain connected">
              Connect one such as help.example.com; it takes a DNS record and a few minutes.
            </Empty>
          </Card>
        )}
        {items.map((domain) => (
          <Card key={domain.id} className="grid gap-3 p-4">
            <div className="flex flex-wrap items-center gap-3">
              <h2 className="min-w-0 flex-1 font-medium break-all">{domain.hostname}</h2>
              <Badge className={tone[domain.status]}>{domain.status}</Badge>
              <DomainActions id={domain.id} hostname={domain.hostname} />
            </div>
            {domain.lastError && <p className="text-sm text-danger">{domain.lastError}</p>}
            {domain.checkedAt && (
              <p className="text-sm text-muted">
                Last checked <Time at={domain.checkedAt} timeZone={person.timeZone} />
              </p>
            )}
            {domain.status !== 'verified' && (
              <>
                <p className="text-sm">
                  Where you manage the domain, point it here with the first record and prove that it is yours with one of the other two.
                  Then check.
                </p>
                <div className="overflow-x-auto">
                  <table className="w-full text-left text-sm">
                    <thead className="text-muted">
                      <tr>
                        <th className="py-1 pr-4 font-medium">Type</th>
                        <th className="py-1 pr-4 font-medium">Name</th>
                        <th className="py-1 font-medium">Value</th>
                      </tr>
                    </thead>
                    <tbody>
                      {[domain.pointing, ...domain.records].map((record) => (
                        <tr key={record.type + record.name} className="border-t">
                          <td className="py-1.5 pr-4">{record.type}</td>
                          <td className="py-1.5 pr-4 font-mono text-xs">
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
