import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { EventDetailList } from '@/components/settings/event-detail-list'
import { ExportEvents } from '@/components/settings/export-events'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { ExactTime, Time } from '@/components/ui/time'
import { listPeople } from '@/lib/accounts/queries'
import { listEvents } from '@/lib/audit/queries'
import { details } from '@/lib/tickets/ticket/attribute-names'
import { isConsequence } from '@/lib/tickets/ticket/schema'
import { FilterForm, inputOf, readFilters } from './filters'

type Words = Awaited<ReturnType<typeof getTranslations<never>>>
type Told = Awaited<ReturnType<typeof read>>['items'][number]

const read = (input: ReturnType<typeof inputOf> & { cursor?: string }) => load((context) => call(listEvents, input, { context }))

/** Whoever signs in is not known yet when it begins. */
function whoOf({ type, actor, subject, payload }: Told, t: Words): string {
  if (isConsequence(type)) return t('common.system')
  const given = (payload as { email?: string }).email
  if (actor.kind === 'person') return actor.name ?? t('settingsPages.audit.someone')
  if (actor.kind === 'anonymous' || type === 'person.registered')
    return (type.startsWith('person.') ? subject?.name : null) ?? given ?? t('settingsPages.audit.visitor')
  return t(actor.kind === 'platform' ? 'settingsPages.audit.operator' : 'common.system')
}

/** Who did it, and what it was done to by its name then, where that is not the same. */
function namesIn(event: Told, t: Words): { who: string; subject: string } {
  const who = whoOf(event, t)
  const { name, hostname } = event.payload as { name?: unknown; hostname?: unknown }
  const given = [name, hostname].find((value) => typeof value === 'string') as string | undefined
  const subject = event.subject?.name ?? given ?? ''
  return { who, subject: subject === who ? '' : subject }
}

/** Which attributes of a ticket, by their labels; a custom field by its key. */
function attributesIn({ payload }: Told, t: Words): string[] {
  const { after } = payload as { after?: object }
  return Object.keys(after ?? {}).map((name) => {
    const key = details.get(name)
    return key ? t(`tickets.attributes.${key}`) : name
  })
}

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.audit'))('title') })

export default async function Audit({ searchParams }: { searchParams: Promise<Partial<Record<string, string | string[]>>> }) {
  const words = await getTranslations()
  const t = await getTranslations('settingsPages.audit')
  const format = await getFormatter()
  const { person } = await signedIn()
  const query = await searchParams
  const filters = readFilters(query)
  const input = inputOf(filters, person.timeZone)
  const { items, nextCursor } = await read({ ...input, cursor: [query.cursor].flat()[0] })
  const people = await load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context }))
  const empty = filters.kind === 'suspicious' ? 'noSuspicious' : Object.keys(filters).length > 0 ? 'noMatches' : 'none'
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <ExportEvents filter={input} />
      </PageHeader>
      <FilterForm filters={filters} people={people.items.map(({ id, name }) => ({ id, name }))} />
      <Card>
        {items.length === 0 ? (
          <Empty title={t(empty)}>{empty === 'noSuspicious' ? t('noSuspiciousSays') : null}</Empty>
        ) : (
          <ul className="divide-y">
            {items.map((event) => (
              <li key={event.id} className="grid grid-cols-[minmax(0,1fr)] gap-1 px-4 py-2.5 text-sm">
                <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                  <span className="min-w-0 wrap-anywhere">
                    {words.rich(`audit.${event.type}`, {
                      ...namesIn(event, words),
                      attributes: format.list(attributesIn(event, words)) || 'none',
                      b: (chunks) => <strong className="font-medium">{chunks}</strong>,
                    })}
                    {event.reason && <span className="text-muted">: {event.reason}</span>}
                  </span>
                  {event.address && <span className="text-muted">{t('from', { address: event.address })}</span>}
                  <Time at={event.occurredAt} timeZone={person.timeZone} className="ms-auto text-muted" />
                </p>
                <details>
                  <summary className="w-fit cursor-pointer text-xs text-muted">{t('details')}</summary>
                  <EventDetailList payload={event.payload} names={event.names} timeZone={person.timeZone} />
                  <p className="mt-1 text-xs text-muted">
                    <ExactTime at={event.occurredAt} timeZone={person.timeZone} /> · {t('requestId')}:{' '}
                    <span className="break-all">{event.requestId}</span>
                  </p>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/audit?${new URLSearchParams({ ...filters, cursor: nextCursor })}`}>{words('common.older')}</Link>
        </Button>
      )}
    </>
  )
}
