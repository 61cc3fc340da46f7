import { call } from '@orpc/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { channels } from '@/lib/realtime/schema'
import { listHeads } from '@/lib/wiring/realtime-authorisation'

/** How far channels are before a page reads what it shows, so that the page misses nothing that happens from then on. */
const headsOf = async (names: string[]) => (await load((context) => call(listHeads, { channels: names }, { context }))).heads

export const workspaceHeads = cache(async (tenantId: string, personId: string) => {
  const [desk, user] = [channels.desk(tenantId), channels.user(personId)]
  const heads = await headsOf([desk, user])
  return { desk: heads[desk] ?? 0, user: heads[user] ?? 0 }
})

const headOf = async (channel: string) => (await headsOf([channel]))[channel] ?? 0
export const userHead = (personId: string) => headOf(channels.user(personId))
export const articleHead = (articleId: string) => headOf(channels.article(articleId))
export const requestHead = (ticketId: string) => headOf(channels.request(ticketId))
