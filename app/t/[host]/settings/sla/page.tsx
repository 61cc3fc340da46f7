import { call } from '@orpc/server'
import { Plus, Timer } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { PolicyList, SlaSwitch } from '@/components/sla/policy-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { listPolicies } from '@/lib/sla/policies'

export const metadata: Metadata = { title: 'SLA policies' }

export default async function Policies() {
  const { person } = await signedIn()
  const { items, isEnabled } = await load((context) => call(listPolicies, undefined, { context }))
  const mayChange = person.permissions.includes('sla.manage')
  return (
    <>
      <PageHeader title="SLA policies" says="What you promise for which tickets. The first policy that a ticket meets applies.">
        {mayChange && (
          <Button asChild variant="primary">
            <Link href="/settings/sla/new">
              <Plus aria-hidden /> Policy
            </Link>
          </Button>
        )}
      </PageHeader>
      <div className="grid gap-4">
        {mayChange && <SlaSwitch isEnabled={isEnabled} />}
        {items.length === 0 ? (
          <Card>
            <Empty icon={<Timer />} title="Nothing is promised yet">
              Say how soon tickets are answered and settled; the inbox then shows what presses.
            </Empty>
          </Card>
        ) : (
          <PolicyList policies={items} mayChange={mayChange} />
        )}
      </div>
    </>
  )
}
