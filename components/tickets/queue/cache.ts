import type { QueryClient } from '@tanstack/react-query'
import type { OptimisticChange, Patched } from '@/lib/tickets/ticket/optimistic-change'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { ListedTicket } from '../listed'

/** A list as the cache holds it. */
export interface CachedList {
  tickets: ListedTicket[]
  /** Where a search found its words, by ticket. */
  excerpts: Record<string, string>
  /** Where the list goes on. */
  next: string | null
}

/** A change that was asked for and has no answer yet. */
export interface PendingChange {
  ids: readonly string[]
  patch: OptimisticChange
}

export const changeKey = ['ticket-change']
export const ticketKey = (id: string) => ['ticket', id]
export const listKey = (list: object) => ['ticket-list', list]

interface Versioned {
  id: string
  version: number
}

/** Two reports about one ticket: the one of the higher version counts, of the same version the later. */
export const newest = <T extends Versioned>(known: T, read: Versioned | undefined): T =>
  read && read.version >= known.version ? { ...known, ...read } : known

/** A ticket with the changes that wait for their answer, in the order in which they were asked for. */
export function withPending<T extends Versioned>(ticket: T, pending: readonly PendingChange[]): T {
  let now = ticket
  for (const { ids, patch } of pending) if (ids.includes(ticket.id)) now = { ...now, ...patch(now as unknown as Patched) }
  return now
}

export const pendingIn = (client: QueryClient): PendingChange[] =>
  client
    .getMutationCache()
    .findAll({ mutationKey: changeKey, status: 'pending' })
    .map(({ state }) => state.variables as PendingChange)

const listsIn = (client: QueryClient) => client.getQueryCache().findAll({ queryKey: ['ticket-list'] })

/**
 * What is new among rows that are shown. Where these are not the whole list, what follows the last of them only took
 * the place of rows that have left.
 */
export function arrivedIn(tickets: readonly ListedTicket[], shown: ReadonlySet<string>, isWhole: boolean) {
  const last = tickets.findLastIndex(({ id }) => shown.has(id))
  return (last < 0 || isWhole ? tickets : tickets.slice(0, last)).filter(({ id }) => !shown.has(id))
}

/** Puts what the server said of tickets wherever they are shown; an older report changes nothing. */
export function tell(client: QueryClient, tickets: readonly TicketOutput[]) {
  const told = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  for (const ticket of tickets) client.setQueryData<TicketOutput>(ticketKey(ticket.id), (known) => (known ? newest(known, ticket) : ticket))
  for (const { queryKey, state } of listsIn(client)) {
    const list = state.data as CachedList | undefined
    if (!list?.tickets.some(({ id }) => told.has(id))) continue
    // As old as it was: a list that is read later still replaces it.
    const updatedAt = state.dataUpdatedAt
    client.setQueryData<CachedList>(queryKey, { ...list, tickets: list.tickets.map((row) => newest(row, told.get(row.id))) }, { updatedAt })
  }
}

/** The newest that is known of a ticket, without changes that wait. */
export function knownTicket(client: QueryClient, id: string): ListedTicket | TicketOutput | undefined {
  const rows = listsIn(client).flatMap(({ state }) => (state.data as CachedList | undefined)?.tickets.filter((row) => row.id === id) ?? [])
  const full = client.getQueryData<TicketOutput>(ticketKey(id))
  return [...rows, ...(full ? [full] : [])].sort((a, b) => b.version - a.version)[0]
}

const actedMs = 60_000
const acted = new WeakMap<QueryClient, Map<string, number>>()

/** Remembers that the reader changes these tickets: they may leave the list because of that. */
export function noteActs(client: QueryClient, ids: readonly string[]) {
  const times = acted.get(client) ?? new Map<string, number>()
  acted.set(client, times)
  for (const id of ids) times.set(id, Date.now())
}

/** Whether the reader changed a ticket within the last minute. */
export const hasActed = (client: QueryClient, id: string): boolean => Date.now() - (acted.get(client)?.get(id) ?? 0) < actedMs

/**
 * Shows a change at once and until `send` has settled. Changes of one scope are sent one after the other.
 * @param send passes what the server answers to `tell` itself
 */
export const showWhile = <O>(client: QueryClient, change: PendingChange, send: () => Promise<O>, scope?: string): Promise<O> => {
  noteActs(client, change.ids)
  return client
    .getMutationCache()
    .build<O, Error, PendingChange, unknown>(client, {
      mutationKey: changeKey,
      networkMode: 'always',
      gcTime: 0,
      mutationFn: send,
      ...(scope ? { scope: { id: scope } } : {}),
    })
    .execute(change)
}

/** Someone else changed the same thing meanwhile. */
export class TicketConflict extends Error {
  constructor(
    message: string,
    readonly now: TicketOutput,
  ) {
    super(message)
  }
}

interface TicketChange extends Pick<PendingChange, 'patch'> {
  /** What of the ticket is changed: where only something else became different, the change is sent again. */
  reads: (ticket: ListedTicket | TicketOutput) => unknown
  send: (version: number) => Promise<TicketOutput | null>
  /** Reads the ticket as it is now. */
  get: () => Promise<TicketOutput>
  isConflict: (error: unknown) => boolean
}

/**
 * Changes a ticket that a list shows. It shows at once; it is sent after what was asked of the same ticket before,
 * at the newest version; what fails shows no more.
 */
export function changeTicket(client: QueryClient, id: string, { patch, reads, send, get, isConflict }: TicketChange) {
  async function attempt(seen: string | undefined, version: number): Promise<TicketOutput | null> {
    try {
      return await send(version)
    } catch (error) {
      if (!isConflict(error)) throw error
      const now = await get()
      tell(client, [now])
      if (JSON.stringify(reads(now)) === seen) return attempt(seen, now.version)
      throw new TicketConflict((error as Error).message, now)
    }
  }
  return showWhile(
    client,
    { ids: [id], patch },
    async () => {
      const before = knownTicket(client, id) ?? (await get())
      const after = await attempt(JSON.stringify(reads(before)), before.version)
      if (after) tell(client, [after])
      return after
    },
    id,
  )
}
