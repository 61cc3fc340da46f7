import { call } from '@orpc/server'
import { Trash2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EraseContact } from '@/components/contacts/contact-data'
import { Restore, Retention } from '@/components/settings/deletions'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { type DeletionKind, deletionKinds } from '@/lib/deletion/schema'
import { listDeletions } from '@/lib/privacy/deletions'
import { getBusiness } from '@/lib/workspace/settings'

const title = async () => (await getTranslations('settingsPages.deleted'))('title')

export const generateMetadata = async (): Promise<Metadata> => ({ title: await title() })

export default async function Removed({ searchParams }: { searchParams: Promise<{ cursor?: string; kind?: string }> }) {
  const t = await getTranslations('settingsPages.deleted')
  const common = await getTranslations('common')
  const { person, desk } = await signedIn()
  const given = await searchParams
  const kind = deletionKinds.find((each) => each === given.kind)
  const input = { ...(kind ? { kind } : {}), ...(given.cursor ? { cursor: given.cursor } : {}) }
  const { items, nextCursor } = await load((context) => call(listDeletions, input, { context }))
  const mayChoose = person.permissions.includes('workspace.manage')
  const business = mayChoose ? await load((context) => call(getBusiness, { id: desk.id }, { context })) : null
  const pathTo = (query: { kind?: DeletionKind; cursor?: string }) => `/settings/removed?${new URLSearchParams(query)}`
  return (
    <Texts of={['settings', 'contacts']}>
      <PageHeader title={await title()} says={t('says')} />
      {business && <Retention workspace={business} />}
      <nav aria-label={t('kind')} className="mb-3 flex flex-wrap gap-2">
        {[undefined, ...deletionKinds].map((each) => (
          <Button key={each ?? 'all'} asChild size="small" variant={each === kind ? 'primary' : 'secondary'}>
            <Link href={pathTo(each ? { kind: each } : {})} aria-current={each === kind ? 'page' : undefined}>
              {each ? t(`plural.${each}`) : t('all')}
            </Link>
          </Button>
        ))}
      </nav>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<Trash2 />} title={t('none')} />
        ) : (
          <ul className="divide-y">
            {items.map((item) => (
              <li key={`${item.kind} ${item.id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
                <span className="w-36 shrink-0 text-sm text-muted">{t(`kinds.${item.kind}`)}</span>
                <bdi className="min-w-0 flex-1 basis-40 truncate">{item.name}</bdi>
                <span className="flex flex-wrap items-baseline gap-x-1.5 text-sm text-muted">
                  <Time at={item.deletedAt} timeZone={person.timeZone} />
                  {item.deletedBy && <span>{t.rich('by', { name: item.deletedBy, bdi: (chunks) => <bdi>{chunks}</bdi> })}</span>}
                </span>
                <Restore kind={item.kind} id={item.id} name={item.name} />
                {item.kind === 'contact' && person.permissions.includes('contact.erase') && <EraseContact id={item.id} name={item.name} />}
                {item.goneAt && (
                  <span className="basis-full text-sm text-muted">
                    {t('goneAt')} <Time at={item.goneAt} timeZone={person.timeZone} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={pathTo({ ...(kind ? { kind } : {}), cursor: nextCursor })}>{common('older')}</Link>
        </Button>
      )}
    </Texts>
  )
}
