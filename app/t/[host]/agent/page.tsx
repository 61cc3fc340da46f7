import { call } from '@orpc/server'
import { Inbox as InboxIcon } from 'lucide-react'
import type { Metadata } from 'next'
import dynamic from 'next/dynamic'
import { cookies } from 'next/headers'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { workspaceHeads } from '@/app/t/heads'
import { savedViews } from '@/app/t/saved-views'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { splitFilter } from '@/components/tickets/filters/chips'
import { InboxTools } from '@/components/tickets/inbox-tools'
import { packRows } from '@/components/tickets/listed'
import { LiveInbox } from '@/components/tickets/live-inbox'
import { NewTicketButton } from '@/components/tickets/new-ticket/button'
import { KeptPage } from '@/components/tickets/queue/queue'
import { SearchBox } from '@/components/tickets/search-box'
import { Empty } from '@/components/ui/layout'
import { isError } from '@/lib/core/errors'
import { listDepartments } from '@/lib/directory/departments'
import { maxSearchLength } from '@/lib/tickets/ticket/values'
import { listTickets } from '@/lib/tickets/views/lists'
import { defaultColumns, sortOfView, type ViewOutput, viewNames } from '@/lib/tickets/views/schema'
import { columnNames, sorts, type ViewName } from '@/lib/tickets/views/values'
import { readChecklist } from '@/lib/workspace/settings'

// What few lists show comes with those alone.
const Checklist = dynamic(() => import('@/components/settings/checklist').then((module) => module.Checklist))
const GoneReferences = dynamic(() => import('@/components/tickets/gone').then((module) => module.GoneReferences))

type Query = Promise<{ view?: string; q?: string; cursor?: string; sort?: string; columns?: string }>

/** A list's address says all about it: its view, its search, its order and its columns. */
async function readQuery(given: Query, views: ViewOutput[]) {
  const { view: asked, q: typed, cursor, sort: wanted, columns: shown } = await given
  const q = typed?.trim().slice(0, maxSearchLength) || undefined
  const saved = views.find(({ id }) => id === asked)
  const view = saved?.id ?? viewNames.find((name) => name === asked) ?? (q ? 'all' : 'mine')
  const sort = sorts.find((name) => name === wanted) ?? saved?.sort ?? sortOfView(view)
  const columns = shown ? columnNames.filter((name) => shown.split(',').includes(name)) : (saved?.columns ?? defaultColumns)
  const t = await getTranslations('tickets.views')
  const title = saved?.name ?? t(view as ViewName)
  return { view, q, cursor, sort, columns, saved, title }
}

export async function generateMetadata({ searchParams }: { searchParams: Query }): Promise<Metadata> {
  const { items } = await savedViews()
  const { q, title } = await readQuery(searchParams, items)
  const t = await getTranslations('agent.inbox')
  return { title: q ? t('searchTitle', { q }) : title }
}

export default async function Inbox({ searchParams }: { searchParams: Query }) {
  const t = await getTranslations('agent.inbox')
  const { desk, person } = await signedIn()
  const [{ items: views }, { desk: since }] = await Promise.all([savedViews(), workspaceHeads(desk.id, person.id)])
  const { view, q, cursor, sort, columns, saved, title } = await readQuery(searchParams, views)
  const asked = { view, sort, ...(q ? { q } : {}) }
  const isAdmin = person.permissions.includes('workspace.manage')
  const [{ page, problem }, checklist, { items: departments }] = await Promise.all([
    // A search that cannot be understood is answered on the page, where it can be mended.
    load((context) =>
      call(listTickets, { ...asked, cursor }, { context }).then(
        (found) => ({ page: found, problem: null }),
        (error) => {
          if (!isError(error, 'INVALID') || cursor) throw error
          return { page: { items: [], nextCursor: null, corrections: [], excerpts: {} }, problem: (error as Error).message }
        },
      ),
    ),
    isAdmin && !q ? load((context) => call(readChecklist, undefined, { context })) : null,
    load((context) => call(listDepartments, undefined, { context })),
  ])
  const { items, nextCursor, corrections = [], excerpts = {} } = page
  // Conditions are said by their chips.
  const { chips, text: searched } = splitFilter(q ?? '')
  const isDense = (await cookies()).get('density')?.value === 'compact'
  const here = new URLSearchParams({ view, ...(q ? { q } : {}), sort, columns: columns.join(',') })
  return (
    <KeptPage>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2.5">
        <h1 dir="auto" className="min-w-0 truncate text-base font-semibold">
          {searched ? t.rich('results', { searched, q: (chunks) => <span className="font-normal">{chunks}</span> }) : title}
        </h1>
        <SearchBox key={q} q={q} chips={chips} text={searched} problem={problem} view={view} timeZone={person.timeZone} />
        <InboxTools
          key={here.toString()}
          place={{ view, q, sort, columns }}
          saved={saved ?? null}
          isDense={isDense}
          departments={departments.map(({ id, name }) => ({ id, name }))}
          mayShare={person.permissions.includes('view.share')}
          mayExport={person.permissions.includes('ticket.export')}
        />
        {person.permissions.includes('ticket.create') && <NewTicketButton />}
      </header>
      {checklist?.done && (
        <Texts of={['gettingStarted']}>
          <Checklist done={checklist.done} mail={desk.mail} />
        </Texts>
      )}
      {corrections.length > 0 && (
        <p role="status" className="border-b px-4 py-2 text-sm text-muted">
          {corrections.map(({ from, to }) => (
            <span key={from}>{t.rich('correction', { from, to, em: (chunks) => <em>{chunks}</em> })} </span>
          ))}
        </p>
      )}
      {saved && (saved.gone.length > 0 || saved.findsNothing) && (
        <div className="grid gap-1 border-b px-4 py-2.5">
          <GoneReferences gone={saved.gone} findsNothing={saved.findsNothing} of="view" />
        </div>
      )}
      {items.length === 0 && !problem ? (
        <Empty icon={<InboxIcon />} title={q ? t('noResults') : view === 'mine' ? t('noneMine') : t('none')}>
          {q
            ? t('noResultsSays')
            : person.role === 'agent' && person.departmentCount === 0
              ? t('noDepartmentSays')
              : view === 'mine'
                ? t('noneMineSays')
                : null}
        </Empty>
      ) : null}
      <LiveInbox
        rows={packRows(items, columns)}
        timeZone={person.timeZone}
        tenantId={desk.id}
        since={since}
        query={cursor ? { ...asked, cursor } : asked}
        excerpts={excerpts}
        columns={columns}
        isDense={isDense}
        next={nextCursor}
        me={{ id: person.id, name: person.name }}
        permissions={person.permissions}
        undoSeconds={desk.undoSeconds}
      />
    </KeptPage>
  )
}
