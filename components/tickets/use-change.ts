'use client'

import { ORPCError } from '@orpc/client'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { toast } from '@/components/ui/toast'
import { type ActionError, useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { type PendingChange, showWhile, tell } from './queue/cache'
import { type Undoable, useUndo } from './use-undo'

export interface Clash {
  /** What someone else did meanwhile. */
  says: string
  /** Does what was wanted all the same. */
  useMine: () => void
  keepTheirs: () => void
}

interface Options<I, O> {
  /** What of the ticket is being changed; only a change of this is worth a question. */
  read: (ticket: TicketOutput) => unknown
  versionOf: (output: O) => number | undefined
  success?: string
  onDone?: (output: O) => unknown
  /** What takes it back. */
  undo?: Undoable
  /** What shows at once, before the server has answered. */
  shows?: (input: I) => PendingChange['patch']
}

/**
 * Changes one property of a ticket. Where others changed something else
 * meanwhile, both stand; where they changed the same, whoever is later chooses.
 */
export function useChange<C extends { id: string; version: unknown }, O>(
  ticket: TicketOutput,
  call: (input: C) => Promise<O>,
  { read, versionOf, success, onDone, undo, shows }: Options<Omit<C, 'id' | 'version'>, O>,
) {
  const t = useTranslations('common')
  const tickets = useTranslations('tickets')
  const client = useQueryClient()
  const own = useOwnVersion()
  const offer = useUndo(ticket.id)
  const seen = useRef<unknown>(null)
  const [clash, setClash] = useState<Clash | null>(null)
  const { id } = ticket
  type I = Omit<C, 'id' | 'version'>
  const attempt = async (input: I, version: number): Promise<O> => {
    try {
      return await call({ ...input, id, version } as C)
    } catch (error) {
      if (!(error instanceof ORPCError) || error.code !== 'CONFLICT') throw error
      const now = await api.tickets.get({ id })
      if (JSON.stringify(read(now)) === seen.current) return attempt(input, now.version)
      const again = () => {
        seen.current = JSON.stringify(read(now))
        setClash(null)
        void action.run({ input, version: now.version })
      }
      setClash({ says: error.message, useMine: again, keepTheirs: () => setClash(null) })
      throw error
    }
  }
  const action = useAction(
    ({ input, version }: { input: I; version?: number }) =>
      showWhile(client, { ids: [id], patch: shows?.(input) ?? (() => ({})) }, async () => {
        let before = 0
        const output = await own.inTurn((known) => {
          before = version ?? known
          return attempt(input, before)
        }, versionOf)
        const after = ticketIn(output)
        // What others did meanwhile is still to be seen.
        if (after && after.version <= before + 1) tell(client, [after])
        return output
      }),
    { isForm: true, onDone },
  )
  /** What could not reach the server, which stays chosen until it does. */
  const [unsent, setUnsent] = useState<I | null>(null)
  /** @param said what the change made of the ticket, in words */
  const run = async (input: I, said?: string): Promise<boolean> => {
    setClash(null)
    setUnsent(input)
    seen.current = JSON.stringify(read(ticket))
    if (!(await action.run({ input }))) return false
    setUnsent(null)
    const says = said ? tickets('properties.savedAs', { says: said }) : (success ?? t('saved'))
    if (undo && said) offer(undo, says)
    else toast.success(says, { id: says })
    return true
  }
  const error: ActionError | null = action.error?.code === 'CONFLICT' ? null : action.error
  return { run, error, clash, isPending: action.isPending, unsent: error?.code === 'UNAVAILABLE' ? unsent : null }
}

/** The ticket that an answer holds, if it does. */
function ticketIn(output: unknown): TicketOutput | null {
  const ticket = output && typeof output === 'object' && 'ticket' in output ? output.ticket : output
  return ticket && typeof ticket === 'object' && 'version' in ticket ? (ticket as TicketOutput) : null
}
