import { call } from '@orpc/server'
import { CalendarDays, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { weekdays } from '@/lib/calendar/values'
import { listCalendars } from '@/lib/sla/calendars'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages'))('hours') })

export default async function Hours() {
  const pages = await getTranslations('settingsPages')
  const t = await getTranslations('slaPages.hours')
  const format = await getFormatter()
  const { person } = await signedIn()
  const { items } = await load((context) => call(listCalendars, undefined, { context }))
  const mayChange = person.permissions.includes('sla.manage')
  return (
    <>
      <PageHeader title={pages('hours')} says={t('says')}>
        {mayChange && (
          <Button asChild variant="primary">
            <Link href="/settings/hours/new">
              <Plus aria-hidden /> {t('new')}
            </Link>
          </Button>
        )}
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<CalendarDays />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map(({ id, name, timezone, schedule, holidays, policies }) => {
              const open = weekdays.filter((day) => (schedule[day]?.length ?? 0) > 0)
              return (
                <li key={id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <span className="min-w-0 flex-1">
                    <Link href={`/settings/hours/${id}`} className="font-medium text-link">
                      <bdi>{name}</bdi>
                    </Link>
                    <span className="block text-sm text-muted">
                      {open.length === 7
                        ? t('everyDay')
                        : format.list(
                            open.map((day) => t(`weekdays.${day}`)),
                            { type: 'unit' },
                          )}{' '}
                      · {timezone}
                      {holidays.length > 0 && ` · ${t('specialDays', { count: holidays.length })}`}
                    </span>
                  </span>
                  {policies.map((policy) => (
                    <Badge key={policy}>
                      <bdi>{policy}</bdi>
                    </Badge>
                  ))}
                </li>
              )
            })}
          </ul>
        )}
      </Card>
    </>
  )
}
