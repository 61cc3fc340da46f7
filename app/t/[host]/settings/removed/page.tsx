import { call } from '@orpc/server'
import { Trash2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Restore } from '@/components/tickets/restore'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listDeletedTickets } from '@/lib/tickets/ticket/removal'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.deleted'))('title') })

export default async function Removed() {
  const t = await getTranslations('settingsPages.deleted')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listDeletedTickets, undefined, { context }))
  return (
    <Texts of={['tickets']}>
      <PageHeader title={t('title')} says={t('says')} />
      <Card>
        {items.length === 0 ? (
          <Empty icon={<Trash2 />} title={t('none')} />
        ) : (
          <ul className="divide-y">
            {items.map(({ id, number, title, deletedAt }) => (
              <li key={id} className="flex items-center gap-3 px-4 py-3">
                <span className="w-24 shrink-0 text-muted">{number}</span>
                <bdi className="min-w-0 flex-1 truncate">{title}</bdi>
                <Time at={deletedAt} timeZone={person.timeZone} className="text-sm text-muted" />
                <Restore id={id} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Texts>
  )
}
