'use client'

import { ArrowDownWideNarrow, Bookmark, Columns3, Download, Rows2, Rows4 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { drawnByStyle } from '@/components/ui/icon'
import { drawnOnDemand } from '@/components/ui/on-demand'
import { columnNames, sorts, type TicketSort } from '@/lib/tickets/views/values'
import { useAttributeWords } from './attribute-words'
import type { ViewDialogProps } from './view-dialog'

const ViewDialog = drawnOnDemand(async () => (await import('./view-dialog')).ViewDialog)

interface Props extends Pick<ViewDialogProps, 'place' | 'saved' | 'departments' | 'mayShare'> {
  isDense: boolean
  mayExport: boolean
}

const yearSeconds = 365 * 86_400

/** Order, columns and density of the list, and keeping them under a name. */
export function InboxTools({ place, saved, isDense, departments, mayShare, mayExport }: Props) {
  const t = useTranslations('tickets.inbox')
  const words = useAttributeWords()
  const router = useRouter()
  const go = (change: Partial<Props['place']>) => {
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

/** Keeps the list under a name; an own view that is kept can be changed and deleted. */
function SaveView(props: Omit<ViewDialogProps, 'asked' | 'onClose'>) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const ui = useTranslations('ui')
  const [asked, setAsked] = useState<ViewDialogProps['asked'] | null>(null)
  const own = props.saved?.isOwn ? props.saved : null
  const close = () => setAsked(null)
  return (
    <>
      <Button size="small" onClick={() => setAsked('save')}>
        <Bookmark aria-hidden /> {t(own ? 'inbox.editView' : 'inbox.saveView')}
      </Button>
      {own && (
        <Button
          size="small"
          variant="danger"
          aria-label={ui('actionOn', { action: common('delete'), title: t('canned.deleteNamed', { name: own.name }) })}
          onClick={() => setAsked('delete')}
        >
          {common('delete')}
        </Button>
      )}
      {asked && <ViewDialog {...props} asked={asked} onClose={close} onFailed={close} />}
    </>
  )
}
