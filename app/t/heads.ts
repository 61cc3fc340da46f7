import { call } from '@orpc/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { listHeads } from '@/lib/realtime/authorize'
import { channels } from '@/lib/realtime/schema'

/** How far a channel is before a page reads what it shows, so that the page misses nothing that happens from then on. */
const headOf = async (channel: string) =>
  (await load((context) => call(listHeads, { channels: [channel] }, { context }))).heads[channel] ?? 0

export const deskHead = cache((tenantId: string) => headOf(channels.desk(tenantId)))
export const ticketHead = (ticketId: string) => headOf(channels.ticket(ticketId))
