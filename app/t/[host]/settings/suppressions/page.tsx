import { call } from '@orpc/server'
import { MailCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddSuppression, SuppressionMenu } from '@/components/settings/outgoing'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Tabs } from '@/components/ui/tabs'
import { Time } from '@/components/ui/time'
import { listSuppressions } from '@/lib/correspondence/suppressions'
import { suppressionReasons } from '@/lib/mail/schema'
import { SearchForm } from '../search-form'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.suppressions'))('title') })

export default async function Suppressions({ searchParams }: { searchParams: Promise<{ reason?: string; cursor?: string; q?: string }> }) {
  const t = await getTranslations('settingsPages.suppressions')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { reason: asked, cursor, q } = await searchParams
  const reason = suppressionReasons.find((each) => each === asked)
  const { items, nextCursor } = await load((context) => call(listSuppressions, { reason, cursor, q: q?.slice(0, 320) }, { context }))
  const isPart = Boolean(q || cursor || nextCursor)
  const mayChange = person.permissions.includes('mail.manage')
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        {mayChange && <AddSuppression />}
      </PageHeader>
      <Tabs
        label={t('reason')}
        tabs={[undefined, ...suppressionReasons].map((each) => ({
          href: each ? `/settings/suppressions?reason=${each}` : '/settings/suppressions',
          name: each ? common(`suppressionReasons.${each}`) : common('all'),
          isHere: each === reason,
        }))}
      />
      <DataTable
        label={t('title')}
        file="suppressed-addresses"
        isPart={isPart}
        columns={[{ name: common('email') }, { name: t('reason') }, { name: t('since'), from: 'sm', isTime: true }]}
        rows={items.map(({ email, reason: why, detail, since, addedBy }) => ({
          id: email,
          menu: mayChange ? <SuppressionMenu email={email} /> : null,
          cells: [
            email,
            {
              value: common(`suppressionReasons.${why}`),
              show: (
                <>
                  {common(`suppressionReasons.${why}`)}
                  {addedBy && <span className="block text-xs text-muted">{t('addedBy', { name: addedBy })}</span>}
                  {detail && (
                    <span dir="auto" className="block text-xs text-muted">
                      {detail}
                    </span>
                  )}
                </>
              ),
            },
            { value: since.getTime(), show: <Time at={since} timeZone={person.timeZone} className="text-muted" /> },
          ],
        }))}
        empty={
          <Empty icon={<MailCheck />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        }
      >
        {isPart && <SearchForm label={t('search')} q={q ?? ''} kept={reason ? { reason } : {}} />}
      </DataTable>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link
            href={`/settings/suppressions?${new URLSearchParams({ ...(reason ? { reason } : {}), ...(q ? { q } : {}), cursor: nextCursor })}`}
          >
            {common('older')}
          </Link>
        </Button>
      )}
    </>
  )
}
