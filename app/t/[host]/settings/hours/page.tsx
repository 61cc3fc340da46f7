import { call } from '@orpc/server'
import { CalendarDays, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { weekdays } from '@/lib/calendar/values'
import { listCalendars } from '@/lib/sla/calendars'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages'))('hours') })

export default async function Hours() {
  const common = await getTranslations('common')
  const pages = await getTranslations('settingsPages')
  const t = await getTranslations('slaPages.hours')
  const format = await getFormatter()
  const { person } = await signedIn()
  const { items } = await load((context) => call(listCalendars, undefined, { context }))
  const mayChange = person.permissions.includes('sla.manage')
  const create = mayChange && (
    <Button asChild variant="primary">
      <Link href="/settings/hours/new">
        <Plus aria-hidden /> {t('new')}
      </Link>
    </Button>
  )
  return (
    <>
      <PageHeader title={pages('hours')} says={t('says')}>
        {items.length > 0 && create}
      </PageHeader>
      <DataTable
        label={pages('hours')}
        file="business-hours"
        columns={[
          { name: common('name') },
          { name: t('openOn') },
          { name: common('timeZone'), from: 'sm' },
          { name: t('holidays'), isNumber: true, from: 'lg' },
          { name: t('policies'), from: 'lg' },
        ]}
        rows={items.map(({ id, name, timezone, schedule, holidays, policies }) => {
          const open = weekdays.filter((day) => (schedule[day]?.length ?? 0) > 0)
          return {
            id,
            cells: [
              {
                value: name,
                show: (
                  <Link href={`/settings/hours/${id}`} className="text-link">
                    <bdi>{name}</bdi>
                  </Link>
                ),
              },
              open.length === 7
                ? t('everyDay')
                : format.list(
                    open.map((day) => t(`weekdays.${day}`)),
                    { type: 'unit' },
                  ),
              timezone,
              holidays.length,
              policies.join(', '),
            ],
          }
        })}
        empty={
          <Empty icon={<CalendarDays />} title={t('none')} action={create}>
            {t('noneSays')}
          </Empty>
        }
      />
    </>
  )
}
