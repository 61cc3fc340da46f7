'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Avatar, Card } from '@/components/ui/layout'
import { useAttributeWords } from '../attribute-words'
import { PriorityIcon, StatusBadge } from '../labels'
import type { ListedTicket } from '../listed'
import { SlaChip } from '../sla-chip'
import { ticketFrame } from '../ticket-frame'
import { TicketKeys } from '../ticket-keys'
import { knownTicket, withPending } from './cache'
import { useHeldKeys } from './held-keys'
import { usePending } from './query-provider'
import { ticketPath } from './queue'

type Known = ListedTicket & { assignee?: { name: string } | null; department?: { name: string } | null }

/** A ticket that is being opened: what the list knows of it, until its page is there. */
export function TicketPreview({ id, timeZone }: { id: string; timeZone: string }) {
  const t = useTranslations('agent.ticket')
  const client = useQueryClient()
  const pending = usePending()
  const known = knownTicket(client, id) as Known | undefined
  useHeldKeys(ticketPath + id)
  const ticket = known && withPending(known, pending)
  return (
    <div className={ticketFrame.page} aria-busy>
      <div className={ticketFrame.main}>
        <header className={ticketFrame.header}>
          <div className="flex min-h-6 items-center gap-1">
            <TicketKeys ticketId={id} />
          </div>
          {ticket && (
            <>
              <h1 dir="auto" className="text-lg font-semibold wrap-anywhere">
                {ticket.title}
              </h1>
              <p className={ticketFrame.marks}>
                <span>{ticket.number}</span>
                <PriorityIcon priority={ticket.priority} />
                <StatusBadge status={ticket.status} />
                {ticket.clocks.length > 0 && <SlaChip clocks={ticket.clocks} timeZone={timeZone} />}
              </p>
            </>
          )}
        </header>
      </div>
      <aside aria-label={t('details')} className={ticketFrame.details}>
        {ticket && <Details ticket={ticket} />}
      </aside>
    </div>
  )
}

function Details({ ticket: { requester, status, priority, assignee, department } }: { ticket: Known }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const words = useAttributeWords()
  return (
    <>
      <Card className="grid grid-cols-[minmax(0,1fr)] gap-3 p-4">
        <h2 className="text-sm font-semibold">{words.label('requester')}</h2>
        <p className="flex items-center gap-2">
          <Avatar name={requester.name} />
          <bdi className="min-w-0 truncate">{requester.name}</bdi>
        </p>
      </Card>
      <Card className="grid grid-cols-[minmax(0,1fr)] gap-0.5 p-4">
        <Property name={common('statusLabel')}>{common(`status.${status}`)}</Property>
        {assignee !== undefined && <Property name={words.label('assignee')}>{assignee?.name ?? t('unassigned')}</Property>}
        <Property name={common('priorityLabel')}>{common(`priority.${priority}`)}</Property>
        {department && <Property name={common('department')}>{department.name}</Property>}
      </Card>
    </>
  )
}

const Property = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="property">
    <span>{name}</span>
    <bdi className="truncate px-1.5">{children}</bdi>
  </div>
)
