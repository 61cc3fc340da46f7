'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { toast } from '@/components/ui/toast'
import type { DraftKind, DraftOutput } from '@/lib/tickets/conversation/schema'
import { moved } from '@/lib/tickets/ticket/optimistic-change'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { showWhile } from './queue/cache'
import { useQueue } from './queue/queue'
import { useCommands } from './queue/use-commands'
import { useNeighbours } from './queue/use-neighbours'

/** Between a reply's time and the moment when the list hears that it is out. */
const slackMs = 2000

/** Goes on while a message is being sent. What becomes of it is said wherever the writer is by then. */
export function useSendAndGoOn(ticket: TicketOutput) {
  const { id, number } = ticket
  const t = useTranslations('tickets.composer')
  const tickets = useTranslations('tickets')
  const client = useQueryClient()
  const router = useRouter()
  const { open } = useQueue()
  const { goOn } = useNeighbours(id)
  const { afterResolve, undoSeconds } = useOwnVersion()
  const command = useCommands(undoSeconds, async () => false)
  const isAway = useRef(false)
  const answer = useRef<{ reason: string } | { sendAt: Date | null }>({ sendAt: null })

  async function takeBack() {
    try {
      await api.tickets.takeBack({ id })
      open(id)
      // What was read beforehand does not have it.
      router.refresh()
    } catch {
      toast.error(t('tooLate'))
    }
  }

  /** Says how it went; ends once the reply is out or was taken back. */
  async function follow(kind: DraftKind, sent: Promise<boolean>): Promise<void> {
    await sent
    const { current } = answer
    if ('reason' in current)
      return void toast.error(t('notSentOf', { number, reason: current.reason }), {
        duration: 60_000,
        action: { label: t('openTicket'), onClick: () => open(id) },
      })
    if (kind === 'note') return
    const left = (current.sendAt?.getTime() ?? 0) - Date.now()
    const { promise: isTakenBack, resolve } = Promise.withResolvers<void>()
    const undo = { label: tickets('undo'), onClick: () => void takeBack().then(resolve) }
    toast.success(t('sentOf', { number }), left > 0 ? { duration: left, action: undo } : {})
    await Promise.race([isTakenBack, new Promise((over) => setTimeout(over, Math.max(0, left) + slackMs))])
  }

  return {
    /** Whether the page is still that of the ticket. */
    isHere: () => !isAway.current,
    /** Keeps what the server answers for who is no longer at the ticket. */
    async noted<O>(sending: Promise<O>): Promise<O> {
      try {
        const output = await sending
        answer.current = { sendAt: (output as Partial<DraftOutput>).sendAt ?? null }
        return output
      } catch (error) {
        answer.current = { reason: (error as Error).message }
        throw error
      }
    },
    goOn(kind: DraftKind, sent: Promise<boolean>, resolves: boolean) {
      // A note changes nothing of the ticket by itself.
      if (kind === 'note' && resolves)
        void sent.then((isSent) => isSent && command([ticket], { kind: 'status', move: { status: 'resolved' } }, false))
      isAway.current = goOn(afterResolve)
      if (!isAway.current) return
      const patch = resolves ? moved('resolved') : () => ({})
      void showWhile(client, { ids: [id], patch }, () => follow(kind, sent))
    },
  }
}
