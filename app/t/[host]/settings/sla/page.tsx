import { call } from '@orpc/server'
import { Plus, Timer } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { PolicyList, SlaSwitch } from '@/components/sla/policy-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { listPolicies } from '@/lib/sla/policies'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages'))('sla') })

export default async function Policies() {
  const pages = await getTranslations('settingsPages')
  const t = await getTranslations('slaPages.policies')
  const { person } = await signedIn()
  const { items, isEnabled } = await load((context) => call(listPolicies, undefined, { context }))
  const mayChange = person.permissions.includes('sla.manage')
  return (
    <>
      <PageHeader title={pages('sla')} says={t('says')}>
        {mayChange && (
          <Button asChild variant="primary">
            <Link href="/settings/sla/new">
              <Plus aria-hidden /> {t('new')}
            </Link>
          </Button>
        )}
      </PageHeader>
      <Texts of={['slaSettings', 'tickets']}>
        <div className="grid gap-4">
          {mayChange && <SlaSwitch isEnabled={isEnabled} />}
          {items.length === 0 ? (
            <Card>
              <Empty icon={<Timer />} title={t('none')}>
                {t('noneSays')}
              </Empty>
            </Card>
          ) : (
            <PolicyList policies={items} mayChange={mayChange} />
          )}
        </div>
      </Texts>
    </>
  )
}
