import type { Hub } from './hub'
import type { Limits } from './limits'
import { isChannelName, kindOf, safeParse } from './protocol'
import { type Credentials, refusalOf, type SignedRequest } from './signature'

export interface Answer {
  status: number
  body: unknown
}

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const refuse = (status: number, message: string): never => {
  throw new Refused(status, message)
}

/** The REST API (pusher.com/docs/channels/library_auth_reference/rest-api): every call is signed with the app's secret. */
export function answerRest(request: SignedRequest, context: { hub: Hub; credentials: Credentials; limits: Limits }): Answer {
  try {
    const [, , appId, ...rest] = request.path.split('/').map(decodeURIComponent)
    if (appId !== context.credentials.appId) refuse(404, `There is no app ${appId}`)
    const refusal = refusalOf(context.credentials, request, new Date())
    if (refusal) refuse(401, refusal)
    return { status: 200, body: route(request, rest, context) }
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, body: { error: error.message } }
    if (error instanceof URIError) return { status: 400, body: { error: 'Malformed path' } }
    throw error
  }
}

type Context = Parameters<typeof answerRest>[1]

function route({ method, query, body }: SignedRequest, [first, name, last, ...more]: string[], context: Context): unknown {
  const { hub } = context
  if (more.length > 0) return refuse(404, 'Unknown path')
  const info = (query.get('info') ?? '').split(',').filter(Boolean)
  if (method === 'POST' && first === 'events' && name === undefined) return trigger([parseBody(body)], context)[0]
  if (method === 'POST' && first === 'batch_events' && name === undefined) {
    const { batch } = parseBody(body)
    if (!Array.isArray(batch)) return refuse(400, 'batch must be a list')
    if (batch.length > context.limits.eventsPerBatch) return refuse(413, `At most ${context.limits.eventsPerBatch} events in a batch`)
    const answers = trigger(batch as Record<string, unknown>[], context)
    return answers.some((answer) => Object.keys(answer).length > 0) ? { batch: answers } : {}
  }
  if (method === 'GET' && first === 'channels' && name === undefined) return listChannels(hub, query.get('filter_by_prefix') ?? '', info)
  if (method === 'GET' && first === 'channels' && name !== undefined && last === undefined)
    return { occupied: hub.subscriptions(name) > 0, ...attributesOf(hub, name, info) }
  if (method === 'GET' && first === 'channels' && name !== undefined && last === 'users') {
    if (kindOf(name) !== 'presence') return refuse(400, 'Users can only be listed of presence channels')
    return { users: hub.members(name).map(({ user_id: id }) => ({ id })) }
  }
  if (method === 'POST' && first === 'users' && name !== undefined && last === 'terminate_connections') {
    hub.terminate(name)
    return {}
  }
  return refuse(404, 'Unknown path')
}

function parseBody(body: Buffer): Record<string, unknown> {
  const value = safeParse(body.toString('utf8'))
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : refuse(400, 'The body must be a JSON object')
}

const isUserChannel = (name: unknown): name is string => typeof name === 'string' && /^#server-to-user-.{1,128}$/.test(name)

/** All or none: what is wrong with one event keeps the others from going out. */
function trigger(given: Record<string, unknown>[], { hub, limits }: Context) {
  const events = given.map((each) => {
    const { name, data, channel, channels = channel === undefined ? undefined : [channel], socket_id: except, info } = each ?? {}
    if (typeof name !== 'string' || name === '' || name.length > 200) return refuse(400, 'name must be a text of 1 to 200 characters')
    if (typeof data !== 'string') return refuse(400, 'data must be a text')
    if (Buffer.byteLength(data) > limits.eventBytes) return refuse(413, `The data of ${name} is larger than ${limits.eventBytes} bytes`)
    if (!Array.isArray(channels) || channels.length === 0 || channels.length > limits.channelsPerEvent)
      return refuse(400, `Name 1 to ${limits.channelsPerEvent} channels`)
    const wrong = channels.find((each) => !isChannelName(each) && !isUserChannel(each))
    if (wrong !== undefined) return refuse(400, `Invalid channel name: ${wrong}`)
    if (except !== undefined && typeof except !== 'string') return refuse(400, 'socket_id must be a text')
    return { event: name, data, channels: channels as string[], except: except as string | undefined, info }
  })
  return events.map(({ info, ...event }) => {
    hub.publish(event)
    if (typeof info !== 'string') return {}
    return { channels: Object.fromEntries(event.channels.map((name) => [name, attributesOf(hub, name, info.split(','))])) }
  })
}

function attributesOf(hub: Hub, name: string, info: string[]) {
  const isPresence = kindOf(name) === 'presence'
  if (info.includes('user_count') && !isPresence) refuse(400, 'user_count is for presence channels')
  return {
    ...(info.includes('user_count') ? { user_count: hub.members(name).length } : {}),
    ...(info.includes('subscription_count') ? { subscription_count: hub.subscriptions(name) } : {}),
  }
}

function listChannels(hub: Hub, prefix: string, info: string[]) {
  if (info.includes('user_count') && !prefix.startsWith('presence-')) refuse(400, 'user_count is for presence channels')
  return { channels: Object.fromEntries(hub.names(prefix).map((name) => [name, attributesOf(hub, name, info)])) }
}
