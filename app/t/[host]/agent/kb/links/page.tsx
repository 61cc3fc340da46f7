import { call } from '@orpc/server'
import { Link2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listBrokenLinks } from '@/lib/kb/articles/link-check'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.links'))('title') })

/** Links of published articles that lead nowhere. */
export default async function BrokenLinks({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  const t = await getTranslations('kbPages.links')
  const pages = await getTranslations('kbPages')
  const { person } = await signedIn()
  const { cursor } = await searchParams
  const { items, nextCursor, total = 0 } = await load((context) => call(listBrokenLinks, { cursor, total: true }, { context }))
  return (
    <div className="mx-auto max-w-3xl px-4 py-5">
      <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')} />
      {items.length === 0 ? (
        <Empty icon={<Link2 />} title={t('none')}>
          {t('noneSays')}
        </Empty>
      ) : (
        <>
          <p className="mb-4 text-sm text-muted">{t('count', { count: total })}</p>
          <ul className="divide-y rounded-lg border bg-raised">
            {items.map(({ id, address, isExternal, article, problem, statusCode, brokenSince, checkedAt }) => (
              <li key={id} className="grid gap-1 px-4 py-3 text-sm">
                <Link href={`/agent/kb/${article.id}`} className="font-medium text-link">
                  <bdi>{article.title}</bdi>
                </Link>
                <bdi className="wrap-anywhere">{address}</bdi>
                <p className="text-muted">
                  {t(`problems.${problem}`)}
                  {isExternal && statusCode !== null && ` (${statusCode})`} · {t('since')}{' '}
                  <Time at={brokenSince} timeZone={person.timeZone} /> · {t('checked')} <Time at={checkedAt} timeZone={person.timeZone} />
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/agent/kb/links?${new URLSearchParams({ cursor: nextCursor })}`}>{t('more')}</Link>
        </Button>
      )}
    </div>
  )
}
