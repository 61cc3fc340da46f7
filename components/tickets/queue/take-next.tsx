'use client'

import { ORPCError } from '@orpc/client'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { useKeys } from '@/components/ui/keys'
import { toast } from '@/components/ui/toast'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { tell } from './cache'
import { useQueue } from './queue'

/** So many tickets are tried before it is said that others were quicker each time. */
const mostTried = 5

/** `g n`: assigns to the reader the ticket that is due first of those that nobody has, and opens it. */
export function TakeNext({ me, undoSeconds }: { me: string; undoSeconds: number }) {
  const t = useTranslations('tickets.inbox')
  const tickets = useTranslations('tickets')
  const ui = useTranslations('ui')
  const client = useQueryClient()
  const { open } = useQueue()
  const isBusy = useRef(false)

  /** Null where there is none. Others may take one at the same moment, or it may not be the reader's to take: then the next is taken. */
  async function take(): Promise<TicketOutput | null> {
    const { items } = await api.tickets.list({ view: 'unassigned', limit: mostTried })
    for (const { id, version } of items)
      try {
        return await api.tickets.assign({ id, version, assigneeId: me })
      } catch (error) {
        if (!(error instanceof ORPCError) || !['CONFLICT', 'FORBIDDEN'].includes(error.code)) throw error
      }
    return null
  }
  async function undo(id: string, number: string) {
    const { ticket } = await api.tickets.undo({ id, change: 'assign' })
    if (ticket) tell(client, [ticket])
    toast.success(t('undone', { number }))
  }
  const fail = (error: unknown) => void toast.error(error instanceof ORPCError ? error.message : ui('unreachable'))
  async function takeAndOpen() {
    if (isBusy.current) return
    isBusy.current = true
    try {
      const taken = await take()
      if (!taken) return void toast.info(t('noneToTake'))
      tell(client, [taken])
      open(taken.id)
      const { id, number } = taken
      const action = { label: tickets('undo'), onClick: () => void undo(id, number).catch(fail) }
      toast.success(t('taken', { number }), undoSeconds > 0 ? { duration: undoSeconds * 1000, action } : {})
    } catch (error) {
      fail(error)
    } finally {
      isBusy.current = false
    }
  }
  useKeys({ 'g n': () => void takeAndOpen() })
  return null
}
