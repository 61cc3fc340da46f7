import { z } from 'zod'
import { isStaff, type PersonActor } from '../actor/actor'
import { forbidden, isError, notFound, unavailable } from '../core/errors'
import { msg } from '../core/message'
import { findArticle } from '../kb/articles/queries'
import { customerProcedure } from '../procedure/builders'
import type { SignedInContext } from '../procedure/context'
import { pusher } from '../realtime/access'
import { parseChannel } from '../realtime/schema'
import { loadTicket } from '../tickets/ticket/queries'

const socketId = z.string().regex(/^\d+\.\d+$/, msg('realtime.connection'))
const channelName = z.string().max(200)
const sessionEnd = { expiresAt: true } as const

function personOf({ actor }: SignedInContext): PersonActor {
  if (actor.kind !== 'person' || !actor.sessionId) throw forbidden('realtime.signedIn')
  return actor
}

/** Whether the caller may hear a channel, by the same policies that guard what it is about. */
async function refuseUnlessAllowed(context: SignedInContext, name: string) {
  const person = personOf(context)
  const channel = parseChannel(name)
  if (!channel) throw notFound('channel')
  const { kind, id } = channel
  const isAllowed = {
    user: () => id === person.id,
    desk: () => isStaff(person) && id === context.tenant.ref.id,
    department: () => isStaff(person) && (person.role !== 'agent' ? isOurs(context, id) : person.departmentIds.includes(id)),
    ticket: async () => isStaff(person) && Boolean(await loadTicket(context, id)),
    article: async () => isStaff(person) && Boolean(await findArticle(context, id)),
    request: async () => Boolean(await loadTicket(context, id)),
  }[kind]
  if (!(await isAllowed())) throw forbidden('realtime.channel')
}

const isOurs = async ({ tx, tenant }: SignedInContext, id: string) =>
  (await tx.department.count({ where: { tenantId: tenant.ref.id, id } })) > 0

const mayListen = (context: SignedInContext, name: string) =>
  refuseUnlessAllowed(context, name).then(
    () => true,
    (error) => {
      if (isError(error, 'FORBIDDEN') || isError(error, 'NOT_FOUND')) return false
      throw error
    },
  )

async function official() {
  const client = await pusher()
  if (!client) throw unavailable('realtime.none')
  return client
}

export const signInRealtime = customerProcedure
  .meta({ permission: 'signed-in', showsSecret: true })
  .route({ method: 'POST', path: '/realtime/user', tags: ['Realtime'], summary: 'Authenticate with the realtime server' })
  .input(z.strictObject({ socketId }))
  .output(z.object({ auth: z.string(), user_data: z.string() }))
  .handler(async ({ context, input }) => {
    const { id, name, sessionId } = personOf(context)
    const where = { tenantId_id: { tenantId: context.tenant.ref.id, id: sessionId as string } }
    const { expiresAt } = await context.tx.session.findUniqueOrThrow({ where, select: sessionEnd })
    return (await official()).authenticateUser(input.socketId, { id, user_info: { name }, expires_at: expiresAt.getTime() })
  })

export const authorizeChannel = customerProcedure
  .meta({ permission: 'signed-in', showsSecret: true })
  .route({ method: 'POST', path: '/realtime/channel', tags: ['Realtime'], summary: 'Authorise a subscription to a channel' })
  .input(z.strictObject({ socketId, channel: channelName }))
  .output(z.object({ auth: z.string(), channel_data: z.string().optional() }))
  .handler(async ({ context, input }) => {
    await refuseUnlessAllowed(context, input.channel)
    const { id, name } = personOf(context)
    const member = input.channel.startsWith('presence-') ? { user_id: id, user_info: { name } } : undefined
    return (await official()).authorizeChannel(input.socketId, input.channel, member)
  })

/** Asked after joining, from time to time and after a break: whoever is behind reads again. What the caller may not hear is left out. */
export const listHeads = customerProcedure
  .meta({ permission: 'signed-in', changesNothing: true })
  .route({ method: 'POST', path: '/realtime/heads', tags: ['Realtime'], summary: 'Read the newest message number of each channel' })
  .input(z.strictObject({ channels: z.array(channelName).min(1).max(20) }))
  .output(z.object({ heads: z.record(z.string(), z.number()) }))
  .handler(async ({ context, input }) => {
    const allowed: string[] = []
    for (const name of input.channels) if (await mayListen(context, name)) allowed.push(name)
    return { heads: await readHeads(context, allowed) }
  })

async function readHeads({ tx, tenant }: SignedInContext, names: string[]): Promise<Record<string, number>> {
  const rows = await tx.channelHead.findMany({ where: { tenantId: tenant.ref.id, channel: { in: names } } })
  return {
    ...Object.fromEntries(names.map((name) => [name, 0])),
    ...Object.fromEntries(rows.map(({ channel, seq }) => [channel, Number(seq)])),
  }
}
