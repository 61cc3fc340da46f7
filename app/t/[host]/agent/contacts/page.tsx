import { call } from '@orpc/server'
import { Building2, Upload, Users } from 'lucide-react'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { type ReactNode, Suspense } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ExportContacts } from '@/components/contacts/contact-data'
import { EditContact } from '@/components/contacts/edit-contact'
import { EditOrganisation } from '@/components/contacts/edit-organisation'
import { countTextOf } from '@/components/contacts/ticket-figures'
import { TierBadge } from '@/components/contacts/tier-badge'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { SearchInput } from '@/components/ui/field'
import { Avatar, Badge, Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listContacts, listOrganisations } from '@/lib/contacts/queries'
import { type Tier, tiers } from '@/lib/contacts/values'
import { shownAddress } from '@/lib/core/mail-address'
import { countContactTickets, countOrganisationTickets } from '@/lib/tickets/views/contact-tickets'
import type { TicketCounts } from '@/lib/tickets/views/schema'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('contactPages.list'))('title') })

type Query = Promise<{ q?: string; cursor?: string; of?: string; tier?: string }>

export default async function Contacts({ searchParams }: { searchParams: Query }) {
  const common = await getTranslations('common')
  const t = await getTranslations('contactPages.list')
  const { person } = await signedIn()
  const { q = '', cursor, of, tier: wanted } = await searchParams
  const tier = tiers.find((name) => name === wanted)
  const isOrganisations = of === 'organisations'
  const asked = { q: q.slice(0, 200) || undefined, cursor }
  const may = (permission: string) => person.permissions.includes(permission)
  const here = isOrganisations ? 'organisations' : 'people'
  return (
    <Texts of={['contacts']}>
      <header className="flex flex-wrap items-center gap-3 border-b px-4 py-2.5">
        <h1 className="text-base font-semibold">{t('title')}</h1>
        <nav aria-label={t('kind')} className="flex gap-1 text-sm">
          {(['people', 'organisations'] as const).map((name) => (
            <Link
              key={name}
              href={`/agent/contacts?of=${name}`}
              aria-current={here === name ? 'page' : undefined}
              className="rounded-md px-2.5 py-1 hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {t(`kinds.${name}`)}
            </Link>
          ))}
        </nav>
        <span className="ms-auto flex flex-wrap gap-2">
          {may('contact.import') && !isOrganisations && (
            <>
              <Button asChild size="small">
                <Link href="/agent/contacts/import">
                  <Upload aria-hidden /> {t('import')}
                </Link>
              </Button>
              <ExportContacts />
            </>
          )}
          {may('contact.manage') && (isOrganisations ? <EditOrganisation /> : <EditContact />)}
        </span>
      </header>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2">
        <search>
          <form>
            <input type="hidden" name="of" value={here} />
            {tier && <input type="hidden" name="tier" value={tier} />}
            <SearchInput
              name="q"
              defaultValue={q}
              aria-label={t(`search.${here}`)}
              placeholder={isOrganisations ? common('name') : t('nameOrAddress')}
              maxLength={200}
              className="w-56"
            />
          </form>
        </search>
        {!isOrganisations && (
          <nav aria-label={t('tier')} className="flex gap-1 text-sm">
            {([undefined, ...tiers] as const).map((name) => (
              <Link
                key={name ?? 'any'}
                href={`/agent/contacts?${new URLSearchParams({ of: here, ...(q ? { q } : {}), ...(name ? { tier: name } : {}) })}`}
                aria-current={tier === name ? 'true' : undefined}
                className="rounded-md px-2.5 py-1 hover:bg-surface aria-[current=true]:bg-line/70 aria-[current=true]:font-medium"
              >
                {name ? common(`tier.${name}`) : t('anyTier')}
              </Link>
            ))}
          </nav>
        )}
      </div>
      {isOrganisations ? <Organisations asked={asked} /> : <People asked={asked} tier={tier} />}
    </Texts>
  )
}

interface Asked {
  q: string | undefined
  cursor: string | undefined
}

async function People({ asked, tier }: { asked: Asked; tier: Tier | undefined }) {
  const t = await getTranslations('contactPages.list')
  const { person } = await signedIn()
  const { items, nextCursor } = await load((context) => call(listContacts, { ...asked, tier }, { context }))
  if (items.length === 0)
    return (
      <Empty icon={<Users />} title={t(asked.q || tier ? 'noMatches' : 'noContacts')}>
        {t(asked.q || tier ? 'noMatchesSays' : 'noContactsSays')}
      </Empty>
    )
  const counts = load((context) => call(countContactTickets, { ids: items.map(({ id }) => id) }, { context }))
  return (
    <>
      <Table of="people" columns={[{ name: t('organisation') }, { name: t('tags') }]}>
        {items.map(({ id, name, emails, organisation, tier: own, tags }) => (
          <Row
            key={id}
            href={`/agent/contacts/${id}`}
            icon={<Avatar name={name} />}
            name={name}
            says={emails[0] ? shownAddress(emails[0]) : t('noAddress')}
            tier={own}
            counts={countsIn(counts, id)}
            timeZone={person.timeZone}
          >
            <td className="hidden max-w-48 truncate px-3 text-muted lg:table-cell">
              <bdi>{organisation?.name}</bdi>
            </td>
            <td className="hidden px-3 lg:table-cell">
              <span className="flex gap-1">
                {tags.slice(0, 3).map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
            </td>
          </Row>
        ))}
      </Table>
      <More of="people" q={asked.q} tier={tier} cursor={nextCursor} />
    </>
  )
}

async function Organisations({ asked }: { asked: Asked }) {
  const t = await getTranslations('contactPages.list')
  const { person } = await signedIn()
  const { items, nextCursor } = await load((context) => call(listOrganisations, asked, { context }))
  if (items.length === 0)
    return (
      <Empty icon={<Building2 />} title={t(asked.q ? 'noMatches' : 'noOrganisations')}>
        {t(asked.q ? 'noMatchesSays' : 'noOrganisationsSays')}
      </Empty>
    )
  const counts = load((context) => call(countOrganisationTickets, { ids: items.map(({ id }) => id) }, { context }))
  return (
    <>
      <Table of="organisations" columns={[{ name: t('kinds.people'), isNumber: true }]}>
        {items.map(({ id, name, domains, contactCount, tier }) => (
          <Row
            key={id}
            href={`/agent/organisations/${id}`}
            icon={<Building2 aria-hidden className="size-5 shrink-0 text-muted" />}
            name={name}
            says={domains.join(', ')}
            tier={tier}
            counts={countsIn(counts, id)}
            timeZone={person.timeZone}
          >
            <td className="hidden px-3 text-end tabular-nums lg:table-cell">{contactCount}</td>
          </Row>
        ))}
      </Table>
      <More of="organisations" q={asked.q} cursor={nextCursor} />
    </>
  )
}

interface Column {
  name: string
  isNumber?: boolean
}

/** @param columns those between tier and tickets, of which a narrow screen shows none */
async function Table({ of, columns, children }: { of: 'people' | 'organisations'; columns: Column[]; children: ReactNode }) {
  const t = await getTranslations('contactPages.list')
  const head = 'h-9 px-3 font-medium sm:whitespace-nowrap'
  return (
    <table className="w-full table-auto border-b text-sm">
      <thead className="border-b text-xs text-muted">
        <tr>
          <th scope="col" className={cn(head, 'ps-4')}>
            {t(of === 'people' ? 'contact' : 'organisation')}
          </th>
          <th scope="col" className={cn(head, 'hidden md:table-cell')}>
            {t('tier')}
          </th>
          {columns.map(({ name, isNumber }) => (
            <th key={name} scope="col" className={cn(head, 'hidden lg:table-cell', isNumber && 'text-end')}>
              {name}
            </th>
          ))}
          <th scope="col" className={cn(head, 'text-end')}>
            {t('open')}
          </th>
          <th scope="col" className={cn(head, 'hidden text-end md:table-cell')}>
            {t('tickets')}
          </th>
          <th scope="col" className={cn(head, 'hidden pe-4 text-end sm:table-cell')}>
            {t('lastActivity')}
          </th>
        </tr>
      </thead>
      <tbody className="divide-y">{children}</tbody>
    </table>
  )
}

interface Listed {
  href: string
  icon: ReactNode
  name: string
  says: string
  tier: Tier | null
  counts: Promise<TicketCounts | undefined>
  timeZone: string
  children: ReactNode
}

const countsIn = async (counts: Promise<{ items: TicketCounts[] }>, id: string) => (await counts).items.find((each) => each.id === id)

/** The whole row leads to whom it shows. */
function Row({ href, icon, name, says, tier, counts, timeZone, children }: Listed) {
  return (
    <tr className="relative h-12 hover:bg-surface">
      <th scope="row" className="w-full max-w-0 py-1.5 ps-4 pe-3 text-start font-normal">
        <Link href={href} className="flex items-center gap-3 -outline-offset-2 after:absolute after:inset-0">
          {icon}
          <span className="min-w-0">
            <bdi className="block truncate font-medium">{name}</bdi>
            <span className="block truncate text-xs text-muted">{says}</span>
          </span>
          <span className="ms-auto md:hidden">
            <TierBadge tier={tier} />
          </span>
        </Link>
      </th>
      <td className="hidden px-3 md:table-cell">
        <TierBadge tier={tier} />
      </td>
      {children}
      <Suspense fallback={<td colSpan={3} />}>
        <Counts counts={counts} timeZone={timeZone} />
      </Suspense>
    </tr>
  )
}

/** Read after the list: who has many tickets keeps nobody waiting. */
async function Counts({ counts, timeZone }: Pick<Listed, 'counts' | 'timeZone'>) {
  const countText = countTextOf(await getFormatter())
  const { open = 0, all = 0, lastActivityAt = null } = (await counts) ?? {}
  return (
    <>
      <td className={cn('px-3 text-end tabular-nums', open === 0 && 'text-muted')}>{countText(open, all)}</td>
      <td className="hidden px-3 text-end text-muted tabular-nums md:table-cell">{countText(all)}</td>
      <td className="hidden pe-4 ps-3 text-end text-xs sm:table-cell whitespace-nowrap text-muted">
        {lastActivityAt && <Time at={lastActivityAt} timeZone={timeZone} className="relative" />}
      </td>
    </>
  )
}

async function More({ of, q, tier, cursor }: { of: string; q: string | undefined; tier?: Tier; cursor: string | null }) {
  const t = await getTranslations('contactPages.list')
  return (
    cursor && (
      <div className="p-4">
        <Button asChild>
          <Link href={`/agent/contacts?${new URLSearchParams({ of, ...(q ? { q } : {}), ...(tier ? { tier } : {}), cursor })}`}>
            {t('more')}
          </Link>
        </Button>
      </div>
    )
  )
}
