import { call } from '@orpc/server'
import { Building2, Mail, Phone } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { cache, Suspense } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { PersonalData } from '@/components/contacts/contact-data'
import { EditContact } from '@/components/contacts/edit-contact'
import { MergeContact, UndoContactMerge } from '@/components/contacts/merge-contact'
import { TicketFigures } from '@/components/contacts/ticket-figures'
import { TicketMonths, TicketMonthsPlace } from '@/components/contacts/ticket-months'
import { TierBadge } from '@/components/contacts/tier-badge'
import { RemoveSuppression } from '@/components/settings/outgoing'
import { TicketRows } from '@/components/tickets/ticket-rows'
import { Avatar, Badge, Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listMerges } from '@/lib/contacts/merge'
import { getContact } from '@/lib/contacts/queries'
import { shownAddress } from '@/lib/core/mail-address'
import { countContactTickets, listContactMonths, listContactTickets } from '@/lib/tickets/views/contact-tickets'

interface Props {
  params: Promise<{ id: string }>
}

const read = cache((id: string) => load((context) => call(getContact, { id }, { context })))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await read((await params).id)).name }
}

export default async function ContactPage({ params }: Props) {
  const t = await getTranslations('contactPages.contact')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { id } = await params
  const contact = await read(id)
  const { items: tickets } = await load((context) => call(listContactTickets, { id, limit: 50 }, { context }))
  const { items: inCopy } = await load((context) => call(listContactTickets, { id, as: 'participant', limit: 50 }, { context }))
  const {
    items: [counts],
  } = await load((context) => call(countContactTickets, { ids: [id] }, { context }))
  const { items: merges } = await load((context) => call(listMerges, { id }, { context }))
  const may = (permission: string) => person.permissions.includes(permission)
  const { name, emails, suppressed, phones, organisation, tier, tags, notes, timeZone, createdAt, hasAccount } = contact
  return (
    <Texts of={['contacts', 'settings']}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 p-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-4">
          <header className="flex flex-wrap items-center gap-3">
            <Avatar name={name} className="size-10 text-sm" />
            <h1 dir="auto" className="min-w-0 text-lg font-semibold wrap-anywhere">
              {name}
            </h1>
            <TierBadge tier={tier} />
            {may('contact.manage') && (
              <span className="ms-auto flex gap-2">
                <EditContact contact={contact} />
                <MergeContact contact={contact} />
              </span>
            )}
          </header>
          <TicketFigures counts={counts} timeZone={person.timeZone} />
          {counts && counts.all > 0 && (
            <Suspense fallback={<TicketMonthsPlace />}>
              <TicketMonths
                read={() => load((context) => call(listContactMonths, { id }, { context }))}
                filter={`requester:${emails[0] ?? id}`}
              />
            </Suspense>
          )}
          <h2 className="text-sm font-semibold">{t('requests')}</h2>
          <TicketRows tickets={tickets} timeZone={person.timeZone} none={t('noRequests')} />
          {inCopy.length > 0 && (
            <>
              <h2 className="text-sm font-semibold">{t('participates')}</h2>
              <TicketRows tickets={inCopy} timeZone={person.timeZone} none="" />
            </>
          )}
        </div>
        <aside aria-label={t('details')} className="grid content-start gap-4">
          <Card className="grid gap-2.5 p-4 text-sm">
            {emails.map((email) => (
              <div key={email} className="grid gap-1.5">
                <a href={`mailto:${email}`} className="flex items-center gap-2 break-all text-link">
                  <Mail aria-hidden className="size-4 shrink-0" /> {shownAddress(email)}
                </a>
                {suppressed
                  .filter((each) => each.email === email)
                  .map(({ reason, since }) => (
                    <div key={email} className="ms-6 grid justify-items-start gap-1.5">
                      <p className="text-warning">
                        {t.rich('suppressed', {
                          reason: common(`suppressionReasons.${reason}`),
                          time: () => <Time at={since} timeZone={person.timeZone} />,
                        })}
                      </p>
                      {may('mail.view') && (
                        <span className="flex flex-wrap items-center gap-3">
                          <Link href={`/settings/suppressions?q=${encodeURIComponent(email)}`} className="text-link">
                            {t('showSuppression')}
                          </Link>
                          {may('mail.manage') && <RemoveSuppression email={email} />}
                        </span>
                      )}
                    </div>
                  ))}
              </div>
            ))}
            {phones.map((phone) => (
              <a key={phone} href={`tel:${phone.replace(/[^+\d]/g, '')}`} className="flex items-center gap-2 text-link">
                <Phone aria-hidden className="size-4 shrink-0" /> {phone}
              </a>
            ))}
            {organisation && (
              <Link href={`/agent/organisations/${organisation.id}`} className="flex items-center gap-2 text-link">
                <Building2 aria-hidden className="size-4 shrink-0" /> <bdi>{organisation.name}</bdi>
              </Link>
            )}
            {tags.length > 0 && (
              <p className="flex flex-wrap gap-1">
                {tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </p>
            )}
            <p className="text-muted">
              {hasAccount ? t('account') : t('noAccount')}
              {timeZone && ` · ${timeZone}`}
            </p>
            <p className="text-muted">{t.rich('since', { time: () => <Time at={createdAt} timeZone={person.timeZone} /> })}</p>
          </Card>
          {notes && (
            <Card className="p-4 text-sm">
              <h2 className="mb-1 font-semibold">{t('notes')}</h2>
              <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
                {notes}
              </p>
            </Card>
          )}
          {merges.length > 0 && (
            <Card className="grid gap-2 p-4 text-sm">
              <h2 className="font-semibold">{t('merged')}</h2>
              {merges.map((merge) => (
                <p key={merge.id} className="flex items-center gap-2">
                  <bdi className="min-w-0 flex-1 truncate">{merge.name}</bdi>
                  {merge.canUndo && may('contact.manage') && <UndoContactMerge mergeId={merge.id} name={merge.name} />}
                </p>
              ))}
            </Card>
          )}
          {may('contact.erase') && <PersonalData contact={contact} />}
        </aside>
      </div>
    </Texts>
  )
}
