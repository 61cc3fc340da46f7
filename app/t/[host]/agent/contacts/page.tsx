import { call } from '@orpc/server'
import { Building2, Upload, Users } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ExportContacts } from '@/components/contacts/contact-data'
import { EditContact } from '@/components/contacts/edit-contact'
import { EditOrganisation } from '@/components/contacts/edit-organisation'
import { TierBadge } from '@/components/contacts/tier-badge'
import { Button } from '@/components/ui/button'
import { SearchInput } from '@/components/ui/field'
import { Avatar, Badge, Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { listContacts, listOrganisations } from '@/lib/contacts/queries'
import { shownAddress } from '@/lib/core/mail-address'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('contactPages.list'))('title') })

type Query = Promise<{ q?: string; cursor?: string; of?: string }>

export default async function Contacts({ searchParams }: { searchParams: Query }) {
  const common = await getTranslations('common')
  const t = await getTranslations('contactPages.list')
  const { person } = await signedIn()
  const { q = '', cursor, of } = await searchParams
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
        <search className="ms-auto">
          <form>
            <input type="hidden" name="of" value={here} />
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
      </header>
      {isOrganisations ? <Organisations asked={asked} /> : <People asked={asked} />}
    </Texts>
  )
}

interface Asked {
  q: string | undefined
  cursor: string | undefined
}

async function People({ asked }: { asked: Asked }) {
  const t = await getTranslations('contactPages.list')
  const { items, nextCursor } = await load((context) => call(listContacts, asked, { context }))
  if (items.length === 0)
    return (
      <Empty icon={<Users />} title={t(asked.q ? 'noMatches' : 'noContacts')}>
        {t(asked.q ? 'noMatchesSays' : 'noContactsSays')}
      </Empty>
    )
  return (
    <>
      <ul className="divide-y border-b">
        {items.map(({ id, name, emails, organisation, tier, tags }) => (
          <li key={id}>
            <Link
              href={`/agent/contacts/${id}`}
              className="flex min-h-12 items-center gap-3 px-4 py-1.5 -outline-offset-2 hover:bg-surface"
            >
              <Avatar name={name} />
              <span className="min-w-0 flex-1">
                <bdi className="block truncate font-medium">{name}</bdi>
                <span className="block truncate text-xs text-muted">{emails[0] ? shownAddress(emails[0]) : t('noAddress')}</span>
              </span>
              <bdi className="hidden w-44 truncate text-muted md:block">{organisation?.name}</bdi>
              <span className="hidden gap-1 lg:flex">
                {tags.slice(0, 3).map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
              <TierBadge tier={tier} />
            </Link>
          </li>
        ))}
      </ul>
      <More of="people" q={asked.q} cursor={nextCursor} />
    </>
  )
}

async function Organisations({ asked }: { asked: Asked }) {
  const t = await getTranslations('contactPages.list')
  const { items, nextCursor } = await load((context) => call(listOrganisations, asked, { context }))
  if (items.length === 0)
    return (
      <Empty icon={<Building2 />} title={t(asked.q ? 'noMatches' : 'noOrganisations')}>
        {t(asked.q ? 'noMatchesSays' : 'noOrganisationsSays')}
      </Empty>
    )
  return (
    <>
      <ul className="divide-y border-b">
        {items.map(({ id, name, domains, contactCount, tier }) => (
          <li key={id}>
            <Link
              href={`/agent/organisations/${id}`}
              className="flex min-h-12 items-center gap-3 px-4 py-1.5 -outline-offset-2 hover:bg-surface"
            >
              <Building2 aria-hidden className="size-5 shrink-0 text-muted" />
              <span className="min-w-0 flex-1">
                <bdi className="block truncate font-medium">{name}</bdi>
                <span className="block truncate text-xs text-muted">{domains.join(', ')}</span>
              </span>
              <span className="text-sm text-muted">{t('people', { count: contactCount })}</span>
              <TierBadge tier={tier} />
            </Link>
          </li>
        ))}
      </ul>
      <More of="organisations" q={asked.q} cursor={nextCursor} />
    </>
  )
}

async function More({ of, q, cursor }: { of: string; q: string | undefined; cursor: string | null }) {
  const t = await getTranslations('contactPages.list')
  return (
    cursor && (
      <div className="p-4">
        <Button asChild>
          <Link href={`/agent/contacts?${new URLSearchParams({ of, ...(q ? { q } : {}), cursor })}`}>{t('more')}</Link>
        </Button>
      </div>
    )
  )
}
