'use client'

import { useRouter } from 'next/navigation'
import { useFormatter, useTranslations } from 'next-intl'
import { createContext, type ReactNode, useContext } from 'react'
import { type Company, OthersHere, useCompanyOn } from '@/components/realtime/company'
import { channels } from '@/lib/realtime/schema'

const Context = createContext<Company>({ others: [], writing: [], sayTyping: () => {} })
export const useCompany = () => useContext(Context)

/** Keeps a ticket's page true while others work on it, and shows who they are. */
export function LiveTicket({ ticketId, since, children }: { ticketId: string; since: number; children: ReactNode }) {
  const router = useRouter()
  const company = useCompanyOn(channels.ticket(ticketId), since, () => router.refresh())
  return <Context value={company}>{children}</Context>
}

/** The others who have the ticket open. */
export const Others = () => <OthersHere others={useCompany().others} />

/** Warns a writer that someone else is writing too. */
export function Replying() {
  const t = useTranslations('tickets.live')
  const format = useFormatter()
  const { writing } = useCompany()
  const names = writing.map(({ name }) => name)
  return (
    <p role="status" className="text-sm text-warning empty:hidden">
      {names.length > 0 && t('replying', { count: names.length, names: format.list(names) })}
    </p>
  )
}
