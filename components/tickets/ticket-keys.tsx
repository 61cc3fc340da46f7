'use client'

import { ArrowLeft, ChevronDown, ChevronUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useKeys } from '@/components/ui/keys'
import { Link } from '@/components/ui/link'
import { ticketPath, useQueue } from './queue/queue'
import { useNeighbours } from './queue/use-neighbours'
import { usePrefetchNext } from './queue/use-prefetch'

/** The way back to the list as it was, and to the ticket's neighbours in it: esc, j and k. */
export function TicketKeys({ ticketId }: { ticketId: string }) {
  const t = useTranslations('tickets.keys')
  const { open } = useQueue()
  const { href, at, count, hasMore, neighbour, leave } = useNeighbours(ticketId)
  const [previous, next] = [neighbour(-1), neighbour(1)]
  const step = (to: string | null) => () => (to ? open(to) : false)
  useKeys({ Escape: leave, j: step(next), k: step(previous) })
  usePrefetchNext(next && ticketPath + next)
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
          <span className="pe-1 text-xs text-muted tabular-nums">{t(hasMore ? 'placeOfMore' : 'place', { place: at + 1, count })}</span>
          <Step to={previous} name={t('previous')} shortcut="k" icon={<ChevronUp aria-hidden />} />
          <Step to={next} name={t('next')} shortcut="j" icon={<ChevronDown aria-hidden />} />
        </>
      )}
    </nav>
  )
}

function Step({ to, name, shortcut, icon }: { to: string | null; name: string; shortcut: string; icon: React.ReactNode }) {
  const t = useTranslations('tickets.keys')
  const { open } = useQueue()
  const look = 'rounded p-1 [&_svg]:size-4'
  if (!to)
    return (
      <span aria-hidden className={`${look} text-muted opacity-40`}>
        {icon}
      </span>
    )
  return (
    <Link
      href={ticketPath + to}
      onNavigate={(event) => {
        event.preventDefault()
        open(to)
      }}
      title={t('named', { name, shortcut })}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      className={`${look} hover:bg-surface`}
    >
      {icon}
    </Link>
  )
}
