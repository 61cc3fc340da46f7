'use client'

import { ORPCError } from '@orpc/client'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { toast } from '@/components/ui/toast'
import { signInAgain } from '@/components/ui/use-action'
import type { Reference } from '@/lib/core/schema'
import type { Priority } from '@/lib/directory/schema'
import { assigned, moved, type Patched, prioritised, tagged } from '@/lib/tickets/ticket/optimistic-change'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from '../attribute-words'
import type { ListedTicket } from '../listed'
import type { AskedMove } from '../move-dialog'
import type { Undoable } from '../use-undo'
import { changeTicket, type PendingChange, TicketConflict } from './cache'
import type { Bulk } from './use-bulk'

export type Command =
  | { kind: 'assign'; to: Reference | null }
  | { kind: 'status'; move: AskedMove }
  | { kind: 'priority'; priority: Priority }
  | { kind: 'tag'; tag: string }
  | { kind: 'macro'; macro: Reference }

type BulkChange = Parameters<Bulk['run']>[0]

interface Plan extends Pick<PendingChange, 'patch'> {
  reads: (ticket: ListedTicket | TicketOutput) => unknown
  send: (id: string, version: number) => Promise<TicketOutput | null>
  /** What the ticket is then, in words. */
  says: string
  /** The same of many at once. */
  bulk: BulkChange
  undo?: Undoable
}

const patched = (ticket: ListedTicket | TicketOutput) => ticket as unknown as Patched & { priority: Priority }
const isConflict = (error: unknown) => error instanceof ORPCError && error.code === 'CONFLICT'

const asBulk = ({ status, reason, holdUntil }: AskedMove): BulkChange => {
  const why = reason ? { reason } : {}
  return status === 'hold' ? { kind: 'hold', ...why, ...(holdUntil ? { holdUntil } : {}) } : { kind: 'status', status, ...why }
}

/** Commands on tickets of a list, by key or from the palette. */
export function useCommands(undoSeconds: number, changeMany: (change: BulkChange) => Promise<boolean>) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const ui = useTranslations('ui')
  const palette = useTranslations('palette')
  const words = useAttributeWords()
  const client = useQueryClient()
  const isNow = (attribute: string, value: string) => t('properties.isNow', { attribute, value })
  const status = (name: AskedMove['status']) => isNow(words.label('status'), common(`status.${name}`))

  function planOf(command: Command): Plan {
    switch (command.kind) {
      case 'assign':
        return {
          patch: assigned(command.to),
          reads: (ticket) => patched(ticket).assignee?.id,
          send: (id, version) => api.tickets.assign({ id, version, assigneeId: command.to?.id ?? null }),
          says: isNow(words.label('assignee'), command.to?.name ?? t('unassigned')),
          bulk: { kind: 'assign', assigneeId: command.to?.id ?? null },
          undo: 'assign',
        }
      case 'status': {
        const { move } = command
        return {
          patch: moved(move.status),
          reads: (ticket) => ticket.status,
          send: (id, version) => api.tickets.changeStatus({ id, version, ...move }),
          says: status(move.status),
          bulk: asBulk(move),
          undo: 'status',
        }
      }
      case 'priority':
        return {
          patch: prioritised(command.priority),
          reads: (ticket) => ticket.priority,
          send: (id, version) => api.tickets.changePriority({ id, version, priority: command.priority }),
          says: isNow(words.label('priority'), common(`priority.${command.priority}`)),
          bulk: { kind: 'priority', priority: command.priority },
          undo: 'priority',
        }
      case 'tag':
        return {
          patch: tagged([command.tag]),
          reads: () => null,
          // It is added to those that the ticket has then.
          async send(id) {
            const now = await api.tickets.get({ id })
            if (now.tags.includes(command.tag)) return now
            return api.tickets.changeTags({ id, version: now.version, tags: [...now.tags, command.tag] })
          },
          says: isNow(words.label('tags'), command.tag),
          bulk: { kind: 'tags', add: [command.tag], remove: [] },
          undo: 'tags',
        }
      case 'macro':
        return {
          patch: () => ({}),
          reads: () => null,
          send: async (id) => (await api.tickets.applyMacro({ id, macroId: command.macro.id })).ticket,
          says: isNow(palette('ticket.macro'), command.macro.name),
          bulk: { kind: 'macro', macroId: command.macro.id },
        }
    }
  }

  function sayFailed(number: string, error: unknown, says: (now: TicketOutput) => string) {
    const id = `failed:${number}`
    if (error instanceof ORPCError && error.code === 'UNAUTHENTICATED')
      toast.error(ui('sessionEnded'), { id, action: signInAgain(ui('signIn')), duration: 60_000 })
    else if (error instanceof TicketConflict)
      toast.error(t('inbox.conflict', { number, reason: error.message, now: says(error.now) }), { id, duration: 10_000 })
    else toast.error(t('inbox.notChanged', { number, reason: error instanceof ORPCError ? error.message : ui('unreachable') }), { id })
  }

  async function changeOne(ticket: ListedTicket, plan: Plan, now: (ticket: TicketOutput) => string) {
    const { id, number } = ticket
    const before = patched(ticket)
    const get = () => api.tickets.get({ id })
    const undo = () =>
      changeTicket(client, id, {
        patch: () => ({
          status: before.status,
          priority: before.priority,
          ...('assignee' in before ? { assignee: before.assignee as never } : {}),
        }),
        reads: () => null,
        send: async () => (await api.tickets.undo({ id, change: plan.undo as Undoable })).ticket,
        get,
        isConflict: () => false,
      }).then(
        () => toast.success(t('inbox.undone', { number })),
        (error) => sayFailed(number, error, now),
      )
    try {
      await changeTicket(client, id, { ...plan, send: (version) => plan.send(id, version), get, isConflict })
      const action = plan.undo && undoSeconds > 0 ? { duration: undoSeconds * 1000, action: { label: t('undo'), onClick: undo } } : {}
      toast.success(t('inbox.saved', { number, says: plan.says }), { id: `${id}:${plan.undo}`, ...action })
    } catch (error) {
      sayFailed(number, error, now)
    }
  }

  /** Who has it, or what it is, after someone else was quicker. */
  const current = (command: Command) => (ticket: TicketOutput) =>
    command.kind === 'assign'
      ? isNow(words.label('assignee'), ticket.assignee?.name ?? t('unassigned'))
      : command.kind === 'priority'
        ? isNow(words.label('priority'), common(`priority.${ticket.priority}`))
        : status(ticket.status)

  return function run(tickets: readonly ListedTicket[], command: Command, isSelection: boolean) {
    const plan = planOf(command)
    if (isSelection) void changeMany(plan.bulk)
    else for (const ticket of tickets) void changeOne(ticket, plan, current(command))
  }
}
