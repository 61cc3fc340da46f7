'use client'

import { ArrowDownWideNarrow, Bookmark, Columns3, Download, Rows2, Rows4 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { drawnByStyle } from '@/components/ui/icon'
import { useAction } from '@/components/ui/use-action'
import type { ViewOutput } from '@/lib/tickets/views/schema'
import { type ColumnName, columnNames, deskViews, sorts, type TicketSort, type ViewName } from '@/lib/tickets/views/values'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from './attribute-words'
import { GoneReferences } from './gone'
import { readSharing, SharingFields } from './sharing-fields'

interface Place {
  view: string
  q?: string
  sort: TicketSort
  columns: ColumnName[]
}

interface Props {
  place: Place
  saved: ViewOutput | null
  isDense: boolean
  departments: { id: string; name: string }[]
  mayShare: boolean
  mayExport: boolean
}

const yearSeconds = 365 * 86_400

/** Order, columns and density of the list, and keeping them under a name. */
export function InboxTools({ place, saved, isDense, departments, mayShare, mayExport }: Props) {
  const t = useTranslations('tickets.inbox')
  const words = useAttributeWords()
  const router = useRouter()
  const go = (change: Partial<Place>) => {
    const { view, q, sort, columns } = { ...place, ...change }
    router.replace(`/agent?${new URLSearchParams({ view, ...(q ? { q } : {}), sort, columns: columns.join(',') })}`)
  }
  function toggleDensity() {
    // biome-ignore lint/suspicious/noDocumentCookie: the server lays the rows out, so it must know
    document.cookie = `density=${isDense ? 'comfortable' : 'compact'}; path=/; max-age=${yearSeconds}; samesite=lax`
    router.refresh()
  }
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <Choice
        label={t('sort')}
        value={place.sort}
        options={sorts.map((sort) => ({ value: sort, name: words.sort(sort) }))}
        onChoose={(sort) => go({ sort: sort as TicketSort })}
        trigger={<ArrowDownWideNarrow aria-label={t('sort')} {...drawnByStyle} />}
      />
      <Choice
        label={t('columns')}
        isMany
        value={place.columns}
        options={columnNames.map((name) => ({ value: name, name: words.column(name) }))}
        onChoose={(name) => go({ columns: columnNames.filter((other) => place.columns.includes(other) !== (other === name)) })}
        trigger={<Columns3 aria-label={t('columns')} {...drawnByStyle} />}
        className="hidden sm:inline-flex"
      />
      <Button
        size="small"
        aria-pressed={isDense}
        aria-label={t('compact')}
        title={t('compact')}
        onClick={toggleDensity}
        className="hidden sm:inline-flex"
      >
        {isDense ? <Rows4 aria-hidden {...drawnByStyle} /> : <Rows2 aria-hidden {...drawnByStyle} />}
      </Button>
      {mayExport && (
        <Button asChild size="small" className="hidden sm:inline-flex">
          <a
            href={`/api/v1/ticket/export?${new URLSearchParams({ view: place.view, ...(place.q ? { q: place.q } : {}) })}`}
            download="tickets.csv"
            aria-label={t('export')}
            title={t('export')}
          >
            <Download aria-hidden {...drawnByStyle} />
          </a>
        </Button>
      )}
      <SaveView place={place} saved={saved} departments={departments} mayShare={mayShare} />
    </div>
  )
}

function SaveView({ place, saved, departments, mayShare }: Omit<Props, 'isDense' | 'mayExport'>) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const router = useRouter()
  const filter = [saved?.filter ?? deskViews[place.view as ViewName] ?? '', place.q ?? ''].filter(Boolean).join(' ')
  const open = ({ id }: { id: string }) => router.push(`/agent?view=${id}`)
  const create = useAction(api.views.create, { isForm: true, success: t('inbox.viewSaved'), onDone: open })
  const update = useAction(api.views.update, { isForm: true, success: t('inbox.viewSaved'), onDone: open })
  const remove = useAction(api.views.delete, {
    success: t('inbox.viewDeleted'),
    undo: ({ id }) => api.views.restore({ id }),
    onDone: () => router.push('/agent'),
  })
  const isOwn = saved?.isOwn ?? false
  const action = isOwn ? update : create
  const errors = action.error?.fields ?? {}
  return (
    <>
      <FormDialog
        icon={Bookmark}
        trigger={isOwn ? t('inbox.editView') : t('inbox.saveView')}
        triggerSize="small"
        title={isOwn && saved ? t('canned.editNamed', { name: saved.name }) : t('inbox.saveAsView')}
        says={t('inbox.viewSays')}
        submit={t('inbox.saveView')}
        error={action.error}
        isPending={action.isPending}
        onSubmit={(form) => {
          const text = (name: string) => String(form.get(name) ?? '')
          const view = {
            name: text('name'),
            filter: text('filter'),
            ...readSharing(form),
            sort: place.sort,
            columns: place.columns,
          }
          return isOwn && saved ? update.run({ id: saved.id, version: saved.version, position: saved.position, ...view }) : create.run(view)
        }}
      >
        <Field label={common('name')} errors={errors.name}>
          {(control) => (
            <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={isOwn ? saved?.name : ''} required autoFocus />
          )}
        </Field>
        <Field label={t('inbox.filter')} hint={t('inbox.filterHint')} errors={errors.filter}>
          {(control) => <Input {...control} name="filter" dir="auto" defaultValue={filter} className="font-mono" />}
        </Field>
        {saved && <GoneReferences gone={saved.gone} findsNothing={saved.findsNothing} of="view" />}
        <SharingFields kept={saved} departments={departments} mayShare={mayShare} errors={errors} />
      </FormDialog>
      {isOwn && saved && (
        <ConfirmButton
          action={common('delete')}
          title={t('canned.deleteNamed', { name: saved.name })}
          says={t('inbox.deleteViewSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: saved.id })}
        />
      )}
    </>
  )
}
