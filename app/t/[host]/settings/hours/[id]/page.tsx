import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { CalendarForm } from '@/components/sla/calendar-form'
import { PageHeader } from '@/components/ui/layout'
import { listCalendars } from '@/lib/sla/calendars'

export const metadata: Metadata = { title: 'Working hours' }

export default async function EditHours({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { person } = await signedIn()
  const { items } = await load((context) => call(listCalendars, undefined, { context }))
  const calendar = items.find((item) => item.id === id) ?? null
  if (!calendar && id !== 'new') notFound()
  return (
    <>
      <PageHeader
        title={calendar?.name ?? 'New calendar'}
        says="A change moves the deadlines of all open tickets that count on these hours."
      />
      <CalendarForm key={`${id} ${calendar?.version}`} calendar={calendar} timeZone={person.timeZone} />
    </>
  )
}
