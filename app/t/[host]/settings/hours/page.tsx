import { call } from '@orpc/server'
import { CalendarDays, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { weekdayNames } from '@/components/sla/hours'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { weekdays } from '@/lib/calendar/schema'
import { listCalendars } from '@/lib/sla/calendars'

export const metadata: Metadata = { title: 'Working hours' }

export default async function Hours() {
  const { person } = await signedIn()
  const { items } = await load((context) => call(listCalendars, undefined, { context }))
  const mayChange = person.permissions.includes('sla.manage')
  return (
    <>
      <PageHeader title="Working hours" says="When your teams work, and on which days they do not. SLA clocks run in these hours.">
        {mayChange && (
          <Button asChild variant="primary">
            <Link href="/settings/hours/new">
              <Plus aria-hidden /> Calendar
            </Link>
          </Button>
        )}
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<CalendarDays />} title="No calendars yet">
            Without one a promise counts around the clock.
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
                      {open.length === 7 ? 'Every day' : open.map((day) => weekdayNames[day].slice(0, 3)).join(', ')} · {timezone}
                      {holidays.length > 0 && ` · ${holidays.length} special ${holidays.length === 1 ? 'day' : 'days'}`}
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
