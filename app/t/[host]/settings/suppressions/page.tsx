import { call } from '@orpc/server'
import { MailCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddSuppression, RemoveSuppression } from '@/components/settings/outgoing'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listSuppressions } from '@/lib/correspondence/suppressions'
import { suppressionReasons } from '@/lib/mail/schema'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.suppressions'))('title') })

export default async function Suppressions({ searchParams }: { searchParams: Promise<{ reason?: string; cursor?: string; q?: string }> }) {
  const t = await getTranslations('settingsPages.suppressions')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { reason: asked, cursor, q } = await searchParams
  const reason = suppressionReasons.find((each) => each === asked)
  const { items, nextCursor } = await load((context) => call(listSuppressions, { reason, cursor, q: q?.slice(0, 320) }, { context }))
  const mayChange = person.permissions.includes('mail.manage')
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        {mayChange && <AddSuppression />}
      </PageHeader>
      <nav aria-label={t('reason')} className="mb-3 flex flex-wrap gap-2">
        {[undefined, ...suppressionReasons].map((each) => (
          <Button key={each ?? 'all'} asChild size="small" variant={each === reason ? 'primary' : 'secondary'}>
            <Link
              href={each ? `/settings/suppressions?reason=${each}` : '/settings/suppressions'}
              aria-current={each === reason ? 'page' : undefined}
            >
              {each ? common(`suppressionReasons.${each}`) : common('all')}
            </Link>
          </Button>
        ))}
      </nav>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<MailCheck />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map(({ email, reason: why, detail, since, addedBy }) => (
              <li key={email} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1 basis-60">
                  <bdi className="font-medium wrap-anywhere">{email}</bdi>
                  <p className="text-sm text-muted">
                    {common(`suppressionReasons.${why}`)} · <Time at={since} timeZone={person.timeZone} />
                    {addedBy && <> · {t('addedBy', { name: addedBy })}</>}
                  </p>
                  {detail && (
                    <p dir="auto" className="text-sm wrap-anywhere text-muted">
                      {detail}
                    </p>
                  )}
                </div>
                {mayChange && <RemoveSuppression email={email} />}
              </li>
            ))}
          </ul>
        )}
      </Card>
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
