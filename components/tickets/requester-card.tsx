'use client'

import { Mail } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Avatar } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { shownAddress } from '@/lib/core/mail-address'
import type { LinkOutput } from '@/lib/tickets/links/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { StatusMark } from './labels'

interface Props {
  requester: TicketOutput['requester']
  /** Open, newest change first. */
  others: Pick<LinkOutput, 'id' | 'number' | 'title' | 'status'>[]
  /** Whether the reader sees contacts. */
  mayOpen: boolean
}

/** Who asks, and what else they wait for. */
export function RequesterCard({ requester: { id, name, email }, others, mayOpen }: Props) {
  const t = useTranslations('tickets')
  return (
    <>
      <h2 className="text-sm font-semibold">{t('attributes.requester')}</h2>
      <p className="flex items-center gap-2">
        <Avatar name={name} />
        {mayOpen ? (
          <Link href={`/agent/contacts/${id}`} className="min-w-0 truncate text-link">
            <bdi>{name}</bdi>
          </Link>
        ) : (
          <bdi className="min-w-0 truncate">{name}</bdi>
        )}
      </p>
      {email && (
        <a href={`mailto:${email}`} className="flex items-center gap-2 text-sm break-all text-link">
          <Mail aria-hidden className="size-4 shrink-0" /> {shownAddress(email)}
        </a>
      )}
      {others.length > 0 && (
        <section className="grid grid-cols-[minmax(0,1fr)] gap-1">
          <h3 id="others" className="text-xs text-muted">
            {t('others')}
          </h3>
          <ul aria-labelledby="others" className="grid grid-cols-[minmax(0,1fr)] text-sm">
            {others.map((other) => (
              <li key={other.id}>
                <Link href={`/agent/tickets/${other.id}`} className="flex min-h-7 items-center gap-2 hover:underline">
                  <StatusMark status={other.status} />
                  <span className="shrink-0 text-muted">{other.number}</span>
                  <span dir="auto" className="min-w-0 truncate">
                    {other.title}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
