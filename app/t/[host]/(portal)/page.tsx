import { call } from '@orpc/server'
import { Inbox, LogIn, Mail, MessageSquarePlus } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { fittingLocale, helpCentre } from '@/app/t/kb/help-centre'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { PortalSearch } from '@/components/tickets/portal-search'
import { RequestState } from '@/components/tickets/request-state'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listPublicCategories } from '@/lib/directory/categories'
import { listPublicDepartments } from '@/lib/directory/departments'
import { listOwnTickets } from '@/lib/tickets/views/own-requests'
import { HelpCentreStart } from './kb/start'

/** More than these are no help in finding one. */
const mostTopics = 12

export default async function PortalHome() {
  const t = await getTranslations('portalPages')
  const { desk, person } = await viewer()
  const isCustomer = person?.role === 'customer'
  const [categories, departments, open] = await load((context) =>
    Promise.all([
      call(listPublicCategories, undefined, { context }),
      call(listPublicDepartments, undefined, { context }),
      isCustomer ? call(listOwnTickets, { state: 'open', limit: 3 }, { context }) : null,
    ]),
  )
  const locale = await fittingLocale((await helpCentre()).locales)
  const topics = topicsOf(categories.items, departments.items)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-10">
      <section
        data-pattern={desk.portalPhoto ? 'photo' : desk.portalPattern}
        className="hero -mx-4 -mt-8 px-4 py-14 text-center sm:mx-0 sm:mt-0 sm:rounded-2xl sm:px-8 sm:py-16"
      >
        {desk.portalPhoto && (
          // biome-ignore lint/performance/noImgElement: it comes from this host in the size that it has
          <img src={desk.portalPhoto} alt="" className="absolute inset-0 -z-20 size-full object-cover" />
        )}
        <h1 className="text-3xl font-semibold sm:text-4xl">{t('home.title')}</h1>
        <p className="mx-auto mt-3 max-w-lg">{t(locale ? 'home.saysSearch' : 'home.says', { name: desk.name })}</p>
        <Texts of={['portal', 'tickets.attributes', 'helpCentreSearch']}>
          <PortalSearch
            isCustomer={isCustomer}
            locale={locale}
            label={t('home.subject')}
            example={t('home.example')}
            submit={t('home.ask')}
            className="mx-auto mt-6 max-w-xl"
          />
        </Texts>
      </section>
      {open && open.items.length > 0 && (
        <section aria-labelledby="open-requests" className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <div className="flex flex-wrap items-baseline justify-between gap-2">
            <h2 id="open-requests" className="text-lg font-semibold">
              {t('home.open')}
            </h2>
            <Link href="/requests" className="text-sm text-link underline">
              {t('list.showAll')}
            </Link>
          </div>
          <Card>
            <ul className="divide-y">
              {open.items.map(({ id, number, title, status, updatedAt }) => (
                <li key={id}>
                  <Link href={`/requests/${id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 hover:bg-surface">
                    <span dir="auto" className="min-w-0 flex-1 basis-48 truncate font-medium">
                      {title}
                    </span>
                    <span className="text-sm text-muted">{number}</span>
                    <RequestState status={status} isWaiting={open.waitingIds.includes(id)} />
                    <Time at={updatedAt} timeZone={person?.timeZone ?? desk.timeZone} className="text-sm text-muted" />
                  </Link>
                </li>
              ))}
            </ul>
          </Card>
        </section>
      )}
      {locale && <HelpCentreStart locale={locale} />}
      {topics.length > 1 && (
        <section aria-labelledby="topics" className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <h2 id="topics" className="text-lg font-semibold">
            {t('home.topics')}
          </h2>
          <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {topics.map(({ href, name, of }) => (
              <li key={href}>
                <Link href={href} className="grid h-full content-center rounded-lg border bg-raised px-4 py-3 hover:bg-surface">
                  <span dir="auto" className="font-medium wrap-anywhere">
                    {name}
                  </span>
                  {of && (
                    <span dir="auto" className="text-sm text-muted wrap-anywhere">
                      {of}
                    </span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="ways" className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <h2 id="ways" className="text-lg font-semibold">
          {t('home.ways')}
        </h2>
        <ul className="grid gap-4 sm:grid-cols-3">
          <Way icon={<MessageSquarePlus />} href="/submit" title={t('submit')} says={t('home.submitSays')} />
          {person ? (
            <Way icon={<Inbox />} href="/requests" title={t('home.follow')} says={t('home.followSays')} />
          ) : (
            <Way icon={<LogIn />} href="/magic-link" title={t('home.follow')} says={t('home.linkSays')} />
          )}
          <Way icon={<Mail />} href={`mailto:${desk.mail}`} title={t('home.mail')} says={desk.mail} />
        </ul>
      </section>
    </div>
  )
}

interface Topic {
  href: string
  name: string
  /** The department, where several have topics. */
  of?: string
}

/** What a request can be about: categories, and where there are none, departments. */
function topicsOf(categories: { id: string; name: string; departmentId: string }[], departments: { id: string; name: string }[]): Topic[] {
  const names = new Map(departments.map(({ id, name }) => [id, name]))
  const isSpread = new Set(categories.map(({ departmentId }) => departmentId)).size > 1
  const all =
    categories.length > 0
      ? categories.map(({ id, name, departmentId }) => ({
          href: `/submit?departmentId=${departmentId}&categoryId=${id}`,
          name,
          of: isSpread ? names.get(departmentId) : undefined,
        }))
      : departments.map(({ id, name }) => ({ href: `/submit?departmentId=${id}`, name }))
  return all.slice(0, mostTopics)
}

function Way({ icon, href, title, says }: { icon: ReactNode; href: string; title: string; says: string }) {
  return (
    <li>
      <Link href={href} className="grid h-full content-start gap-1 rounded-lg border bg-raised p-5 hover:bg-surface">
        <span className="text-link [&_svg]:size-6">{icon}</span>
        <span className="font-medium">{title}</span>
        <span className="text-sm break-words text-muted">{says}</span>
      </Link>
    </li>
  )
}
