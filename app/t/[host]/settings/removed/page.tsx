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
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Tabs } from '@/components/ui/tabs'
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
      <Tabs
        label={t('kind')}
        tabs={[undefined, ...deletionKinds].map((each) => ({
          href: pathTo(each ? { kind: each } : {}),
          name: each ? t(`plural.${each}`) : t('all'),
          isHere: each === kind,
        }))}
      />
      <DataTable
        label={t('title')}
        file="deleted"
        isPart={Boolean(given.cursor || nextCursor)}
        columns={[
          { name: common('name') },
          { name: t('kind') },
          { name: t('deletedAt'), isTime: true },
          { name: t('gone'), from: 'lg', isTime: true },
        ]}
        rows={items.map((item) => ({
          id: `${item.kind} ${item.id}`,
          menu: (
            <span className="flex flex-wrap justify-end gap-2">
              <Restore kind={item.kind} id={item.id} name={item.name} />
              {item.kind === 'contact' && person.permissions.includes('contact.erase') && <EraseContact id={item.id} name={item.name} />}
            </span>
          ),
          cells: [
            item.name,
            t(`kinds.${item.kind}`),
            {
              value: item.deletedAt.getTime(),
              show: (
                <>
                  <Time at={item.deletedAt} timeZone={person.timeZone} />
                  {item.deletedBy && (
                    <span className="block text-xs text-muted">
                      {t.rich('by', { name: item.deletedBy, bdi: (chunks) => <bdi>{chunks}</bdi> })}
                    </span>
                  )}
                </>
              ),
            },
            item.goneAt && { value: item.goneAt.getTime(), show: <Time at={item.goneAt} timeZone={person.timeZone} /> },
          ],
        }))}
        empty={<Empty icon={<Trash2 />} title={t('none')} />}
      />
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={pathTo({ ...(kind ? { kind } : {}), cursor: nextCursor })}>{common('older')}</Link>
        </Button>
      )}
    </Texts>
  )
}
