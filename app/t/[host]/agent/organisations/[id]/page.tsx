import { call } from '@orpc/server'
import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { cache, Suspense } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EditOrganisation } from '@/components/contacts/edit-organisation'
import { TicketFigures } from '@/components/contacts/ticket-figures'
import { TicketMonths, TicketMonthsPlace } from '@/components/contacts/ticket-months'
import { TierBadge } from '@/components/contacts/tier-badge'
import { TicketRows } from '@/components/tickets/ticket-rows'
import { Avatar, Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { getOrganisation, listContacts } from '@/lib/contacts/queries'
import { countOrganisationTickets, listOrganisationMonths, listOrganisationTickets } from '@/lib/tickets/views/contact-tickets'

interface Props {
  params: Promise<{ id: string }>
}

const read = cache((id: string) => load((context) => call(getOrganisation, { id }, { context })))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await read((await params).id)).name }
}

export default async function OrganisationPage({ params }: Props) {
  const contact = await getTranslations('contactPages.contact')
  const t = await getTranslations('contactPages.organisation')
  const { person } = await signedIn()
  const { id } = await params
  const organisation = await read(id)
  const { items: people } = await load((context) => call(listContacts, { organisationId: id, limit: 100 }, { context }))
  const { items: tickets } = await load((context) => call(listOrganisationTickets, { id, limit: 50 }, { context }))
  const {
    items: [counts],
  } = await load((context) => call(countOrganisationTickets, { ids: [id] }, { context }))
  return (
    <Texts of={['contacts']}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-4">
          <header className="flex flex-wrap items-center gap-3">
            <Building2 aria-hidden className="size-6 text-muted" />
            <h1 dir="auto" className="min-w-0 text-lg font-semibold wrap-anywhere">
              {organisation.name}
            </h1>
            <TierBadge tier={organisation.tier} />
            {person.permissions.includes('contact.manage') && (
              <span className="ms-auto">
                <EditOrganisation organisation={organisation} />
              </span>
            )}
          </header>
          <p className="text-sm text-muted">
            {organisation.domains.join(', ') || t('noDomains')}
            {organisation.sharesTickets && ` · ${t('sharesTickets')}`}
          </p>
          <TicketFigures counts={counts} timeZone={person.timeZone} />
          {counts && counts.all > 0 && (
            <Suspense fallback={<TicketMonthsPlace />}>
              <TicketMonths
                read={() => load((context) => call(listOrganisationMonths, { id }, { context }))}
                filter={`organisation:${JSON.stringify(organisation.name)}`}
              />
            </Suspense>
          )}
          <h2 className="text-sm font-semibold">{contact('requests')}</h2>
          <TicketRows tickets={tickets} timeZone={person.timeZone} none={contact('noRequests')} />
        </div>
        <aside aria-label={contact('details')} className="grid content-start gap-4">
          <Card className="grid gap-2 p-4 text-sm">
            <h2 className="font-semibold">{t('people')}</h2>
            {people.length === 0 && <p className="text-muted">{t('noPeople')}</p>}
            {people.map(({ id: contactId, name }) => (
              <Link key={contactId} href={`/agent/contacts/${contactId}`} className="flex items-center gap-2 text-link">
                <Avatar name={name} className="size-6 text-foreground" /> <bdi className="truncate">{name}</bdi>
              </Link>
            ))}
          </Card>
          {organisation.notes && (
            <Card className="p-4 text-sm">
              <h2 className="mb-1 font-semibold">{contact('notes')}</h2>
              <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                {organisation.notes}
              </p>
            </Card>
          )}
        </aside>
      </div>
    </Texts>
  )
}
