'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Link } from '@/components/ui/link'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { StatusBadge } from './labels'

const waitMs = 400
const most = 3

/** Long words say what it is about; the short ones stand everywhere. */
const wordsOf = (title: string) => [...new Set(title.match(/[\p{L}\p{N}]{5,}/gu) ?? [])].slice(0, 8)

/** What one asked before that sounds like what one is asking now: it may be answered there already. */
export function Suggestions({ title }: { title: string }) {
  const t = useTranslations('portal')
  const [found, setFound] = useState<TicketOutput[]>([])
  const q = wordsOf(title)
    .map((word) => `"${word}"`)
    .join(' OR ')
  useEffect(() => {
    let isOver = false
    const timer = setTimeout(() => {
      if (!q) return setFound([])
      api.tickets.list({ q, limit: most }).then(
        ({ items }) => !isOver && setFound(items),
        () => {}, // nobody waits for it
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [q])
  if (found.length === 0) return null
  return (
    <section aria-labelledby="asked-before" className="grid gap-2 rounded-md border bg-surface px-3 py-2.5 text-sm">
      <h2 id="asked-before" role="status" className="font-medium">
        {t('askedBefore')}
      </h2>
      <ul className="grid gap-1.5">
        {found.map((ticket) => (
          <li key={ticket.id} className="flex flex-wrap items-center gap-2">
            <Link href={`/requests/${ticket.id}`} target="_blank" className="min-w-0 truncate text-link underline" dir="auto">
              {ticket.title}
            </Link>
            <StatusBadge status={ticket.status} forCustomer />
          </li>
        ))}
      </ul>
    </section>
  )
}
