import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { CalendarForm } from '@/components/sla/calendar-form'
import { PageHeader } from '@/components/ui/layout'
import { listCalendars } from '@/lib/sla/calendars'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages'))('hours') })

export default async function EditHours({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('slaPages.hours')
  const { id } = await params
  const { person } = await signedIn()
  const { items } = await load((context) => call(listCalendars, undefined, { context }))
  const calendar = items.find((item) => item.id === id) ?? null
  if (!calendar && id !== 'new') notFound()
  return (
    <>
      <PageHeader title={calendar?.name ?? t('new')} says={t('editSays')} />
      <Texts of={['sla', 'slaSettings', 'charts']}>
        <CalendarForm key={`${id} ${calendar?.version}`} calendar={calendar} timeZone={person.timeZone} />
      </Texts>
    </>
  )
}
