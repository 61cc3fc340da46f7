'use client'

import { ArrowLeft, ChevronDown, ChevronUp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { useKeys } from '@/components/ui/keys'
import { Link } from '@/components/ui/link'
import { type InboxPlace, recallPlace } from './inbox-place'
import { useQueue } from './queue/shell'

const ticketPath = '/agent/tickets/'

/** The ticket that is being opened by key: who presses on goes on from there. */
let heading: string | null = null

/** The way back to the list as it was, and to the ticket's neighbours in it: esc, j and k. */
export function TicketKeys({ ticketId }: { ticketId: string }) {
  const t = useTranslations('tickets.keys')
  const router = useRouter()
  const [{ href, ids }, setPlace] = useState<InboxPlace>({ href: '/agent', ids: [] })
  useEffect(() => setPlace(recallPlace()), [])
  useEffect(() => {
    if (heading === ticketId) heading = null
    return () => {
      if (!window.location.pathname.startsWith(ticketPath)) heading = null
    }
  }, [ticketId])
  const at = ids.indexOf(ticketId)
  const neighbour = (step: number) => {
    const id = at < 0 ? undefined : ids[at + step]
    return id ? ticketPath + id : null
  }
  /** Steps from where one is going, which may not be shown yet. */
  const step = (by: number) => {
    const from = ids.indexOf(heading ?? ticketId)
    const id = from < 0 ? undefined : ids[from + by]
    if (!id) return false
    heading = id
    router.push(ticketPath + id)
  }
  const { showKept, placeOf } = useQueue()
  const leave = () => {
    const place = placeOf(href)
    if (place.at !== ticketId) Object.assign(place, { at: ticketId, scroll: undefined })
    if (!showKept(href)) router.push(href)
  }
  useKeys({ Escape: leave, j: () => step(1), k: () => step(-1) })
  return (
    <nav aria-label={t('label')} className="flex min-w-0 flex-1 items-center gap-1 text-sm">
      <Link
        href={href}
        aria-keyshortcuts="Escape"
        onNavigate={(event) => {
          event.preventDefault()
          leave()
        }}
        className="me-auto flex items-center gap-1 text-link"
      >
        <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('inbox')}
      </Link>
      {at >= 0 && (
        <>
          <span className="pe-1 text-xs text-muted tabular-nums">{t('place', { place: at + 1, count: ids.length })}</span>
          <Step href={neighbour(-1)} name={t('previous')} shortcut="k" icon={<ChevronUp aria-hidden />} />
          <Step href={neighbour(1)} name={t('next')} shortcut="j" icon={<ChevronDown aria-hidden />} />
        </>
      )}
    </nav>
  )
}

function Step({ href, name, shortcut, icon }: { href: string | null; name: string; shortcut: string; icon: React.ReactNode }) {
  const t = useTranslations('tickets.keys')
  const look = 'rounded p-1 [&_svg]:size-4'
  if (!href)
    return (
      <span aria-hidden className={`${look} text-muted opacity-40`}>
        {icon}
      </span>
    )
  return (
    <Link
      href={href}
      title={t('named', { name, shortcut })}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      className={`${look} hover:bg-surface`}
    >
      {icon}
    </Link>
  )
}
