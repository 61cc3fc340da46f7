import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Pusher from 'pusher'
import PusherClient from 'pusher-js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Bus } from './hub'
import { defaultLimits, type Limits } from './limits'
import { RealtimeServer } from './server'

const credentials = { appId: 'app', key: 'key', secret: 'secret' }
const encryptionMasterKeyBase64 = Buffer.alloc(32, 7).toString('base64')

/** What two nodes on one database hear of each other. */
function memoryBus(wire: EventEmitter): Bus {
  return {
    send: (text) => setImmediate(() => wire.emit('text', text)),
    onMessage(handler) {
      wire.on('text', handler)
      return () => wire.off('text', handler)
    },
  }
}

interface Node {
  realtime: RealtimeServer
  http: Server
  port: number
  pusher: Pusher
}
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function startNode(
  given: { wire?: EventEmitter; limits?: Partial<Limits>; webhookUrl?: string; port?: number; requireSignIn?: boolean } = {},
): Promise<Node> {
  const bus = memoryBus(given.wire ?? new EventEmitter())
  const { limits, webhookUrl, requireSignIn } = given
  const realtime = new RealtimeServer({ credentials, bus, limits, webhookUrl, requireSignIn })
  const http = createServer((request, response) => {
    if (!realtime.handleRequest(request, response)) response.writeHead(418).end()
  })
  http.on('upgrade', (request, socket, head) => {
    if (!realtime.handleUpgrade(request, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => http.listen(given.port ?? 0, resolve))
  const { port } = http.address() as AddressInfo
  cleanups.push(() => stopNode({ realtime, http }))
  const pusher = new Pusher({ ...credentials, host: '127.0.0.1', port: String(port), useTLS: false, encryptionMasterKeyBase64 })
  return { realtime, http, port, pusher }
}

const stopNode = ({ realtime, http }: Pick<Node, 'realtime' | 'http'>) => {
  realtime.close()
  http.closeAllConnections()
  return new Promise((resolve) => http.close(resolve))
}

/** The official client, as a person's browser runs it; its channels are authorised by the official server library. */
function openClient(node: Node, user?: { id: string; name?: string }): PusherClient {
  const client = new PusherClient(credentials.key, {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: node.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, callback) => {
        const about = user && channelName.startsWith('presence-') ? { user_id: user.id, user_info: { name: user.name } } : undefined
        callback(null, node.pusher.authorizeChannel(socketId, channelName, about) as never)
      },
    },
    userAuthentication: {
      customHandler: ({ socketId }, callback) => callback(null, node.pusher.authenticateUser(socketId, { id: user?.id ?? 'x' })),
    },
  })
  cleanups.push(() => client.disconnect())
  return client
}

const joined = (client: PusherClient, name: string) =>
  new Promise<ReturnType<PusherClient['subscribe']>>((resolve, reject) => {
    const channel = client.subscribe(name)
    channel.bind('pusher:subscription_succeeded', () => resolve(channel))
    channel.bind('pusher:subscription_error', (error: { error: string }) => reject(new Error(error.error)))
  })

const next = <T>(channel: { bind: (event: string, handler: (data: T) => void) => unknown }, event: string) =>
  new Promise<T>((resolve) => void channel.bind(event, resolve))

/** A bare socket, for what the official client would never do. */
function openSocket(
  node: Node,
  path = '/app/key?protocol=7',
): { ws: WebSocket; heard: { event: string; data: string }[]; closed: Promise<number> } {
  const ws = new WebSocket(`ws://127.0.0.1:${node.port}${path}`)
  const heard: { event: string; data: string }[] = []
  ws.on('message', (text) => heard.push(JSON.parse(String(text))))
  ws.on('error', () => {})
  const closed = new Promise<number>((resolve) => ws.on('close', resolve))
  cleanups.push(() => ws.terminate())
  return { ws, heard, closed }
}
const isOpen = ({ heard }: ReturnType<typeof openSocket>) => vi.waitFor(() => expect(heard[0]?.event).toBe('pusher:connection_established'))

describe.each([1, 2])('with the official libraries, on %i nodes', (count) => {
  async function startNodes(given: Parameters<typeof startNode>[0] = {}) {
    const wire = new EventEmitter()
    const one = await startNode({ wire, ...given })
    const two = count === 2 ? await startNode({ wire, ...given }) : one
    if (count === 2) await vi.waitFor(() => expect([one, two].map((node) => node.realtime.stats().peers)).toEqual([1, 1]))
    return [one, two] as const
  }

  it('a message reaches public, private and encrypted channels, once', async () => {
    const [here, there] = await startNodes()
    const client = openClient(there)
    for (const name of ['news', 'private-news', 'private-encrypted-news']) {
      const got: unknown[] = []
      const channel = await joined(client, name)
      channel.bind('changed', (data: unknown) => got.push(data))
      await here.pusher.trigger(name, 'changed', { n: 1, text: 'żółć 🦒' })
      await here.pusher.trigger(name, 'changed', { n: 2 })
      await vi.waitFor(() => expect(got).toEqual([{ n: 1, text: 'żółć 🦒' }, { n: 2 }]))
    }
  })

  it('a batch and several channels go out together, without the sender', async () => {
    const [here, there] = await startNodes()
    const [one, two] = [openClient(here), openClient(there)]
    const got: unknown[] = []
    for (const client of [one, two])
      for (const name of ['a', 'b']) (await joined(client, name)).bind('x', (data: unknown) => got.push(data))
    await here.pusher.trigger(['a', 'b'], 'x', 1, { socket_id: one.connection.socket_id })
    await here.pusher.triggerBatch([
      { channel: 'a', name: 'x', data: 2 },
      { channel: 'b', name: 'x', data: 3 },
    ])
    await vi.waitFor(() => expect(got.sort()).toEqual([1, 1, 2, 2, 3, 3]))
  })

  it('people on a presence channel see each other come and go, each person once', async () => {
    const [here, there] = await startNodes()
    const amina = openClient(here, { id: 'amina', name: 'Amina' })
    const channel = (await joined(amina, 'presence-ticket')) as never as { members: { count: number; me: unknown } } & ReturnType<
      PusherClient['subscribe']
    >
    expect(channel.members).toMatchObject({ count: 1, me: { id: 'amina', info: { name: 'Amina' } } })
    const added: unknown[] = []
    const removed: unknown[] = []
    channel.bind('pusher:member_added', ({ id, info }: { id: string; info: unknown }) => added.push([id, info]))
    channel.bind('pusher:member_removed', ({ id }: { id: string }) => removed.push(id))
    const ben = openClient(there, { id: 'ben', name: 'Ben' })
    const benAgain = openClient(here, { id: 'ben', name: 'Ben' })
    const other = (await joined(ben, 'presence-ticket')) as never as { members: { count: number } }
    await vi.waitFor(() => expect(other.members.count).toBe(2))
    await joined(benAgain, 'presence-ticket')
    await vi.waitFor(() => expect(added).toEqual([['ben', { name: 'Ben' }]]))
    const users = async () =>
      ((await (await here.pusher.get({ path: '/channels/presence-ticket/users' })).json()) as { users: unknown[] }).users
    await vi.waitFor(async () => expect(await users()).toEqual([{ id: 'amina' }, { id: 'ben' }]))
    ben.disconnect()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(removed).toEqual([])
    benAgain.unsubscribe('presence-ticket')
    await vi.waitFor(() => expect(removed).toEqual(['ben']))
  })

  it('client events reach the others with the name of the sender', async () => {
    const [here, there] = await startNodes()
    const amina = openClient(here, { id: 'amina' })
    const ben = openClient(there, { id: 'ben' })
    const mine = await joined(amina, 'presence-ticket')
    const his = await joined(ben, 'presence-ticket')
    const echo = vi.fn()
    mine.bind('client-typing', echo)
    const heard = new Promise((resolve) => his.bind('client-typing', (data: unknown, about: unknown) => resolve([data, about])))
    mine.trigger('client-typing', { on: true })
    expect(await heard).toEqual([{ on: true }, { user_id: 'amina' }])
    expect(echo).not.toHaveBeenCalled()
  })

  it('a user gets what is sent to them wherever they are, and can be cut off everywhere', async () => {
    const [here, there] = await startNodes()
    const clients = [openClient(here, { id: 'amina' }), openClient(there, { id: 'amina' }), openClient(there, { id: 'ben' })]
    for (const client of clients) client.signin()
    const received = clients.slice(0, 2).map((client) => next(client.user, 'note'))
    await Promise.all(clients.map((client) => client.user.signinDonePromise))
    await here.pusher.sendToUser('amina', 'note', { n: 1 })
    expect(await Promise.all(received)).toEqual([{ n: 1 }, { n: 1 }])
    await here.pusher.terminateUserConnections('amina')
    await vi.waitFor(() => expect(clients.map((client) => client.connection.state)).toEqual(['disconnected', 'disconnected', 'connected']))
  })

  it('says which channels are occupied, by whom and how often', async () => {
    const [here, there] = await startNodes()
    await joined(openClient(here, { id: 'a' }), 'presence-x')
    await joined(openClient(there, { id: 'a' }), 'presence-x')
    await joined(openClient(there), 'private-y')
    const get = async (path: string, params?: object) => (await here.pusher.get({ path, params: params as never })).json()
    await vi.waitFor(async () => {
      expect(await get('/channels', { filter_by_prefix: 'presence-', info: 'user_count' })).toEqual({
        channels: { 'presence-x': { user_count: 1 } },
      })
      expect(await get('/channels')).toEqual({ channels: { 'presence-x': {}, 'private-y': {} } })
    })
    expect(await get('/channels/presence-x', { info: 'user_count,subscription_count' })).toEqual({
      occupied: true,
      user_count: 1,
      subscription_count: 2,
    })
    expect(await get('/channels/nobody')).toEqual({ occupied: false })
  })

  it('lets nobody have more than ten connections', async () => {
    const [here, there] = await startNodes()
    const clients = Array.from({ length: 11 }, (_, n) => openClient(n % 2 ? here : there, { id: 'amina' }))
    for (const client of clients.slice(0, 10)) {
      client.signin()
      await client.user.signinDonePromise
    }
    await new Promise((resolve) => setTimeout(resolve, 60))
    const last = clients[10] as PusherClient
    const refused = next<{ data: { code: number } }>(last.connection, 'error')
    last.signin()
    expect((await refused).data.code).toBe(4004)
  })
})

describe('a node that goes away', () => {
  it('takes its members with it, and its clients find the next one', async () => {
    const wire = new EventEmitter()
    const [one, two] = [await startNode({ wire }), await startNode({ wire })]
    const stays = openClient(one, { id: 'stays' })
    const moves = openClient(two, { id: 'moves' })
    const channel = await joined(stays, 'presence-x')
    await joined(moves, 'presence-x')
    await vi.waitFor(() => expect((channel as never as { members: { count: number } }).members.count).toBe(2), { timeout: 40_000 })
    const gone = next<{ id: string }>(channel, 'pusher:member_removed')
    await stopNode(two)
    expect((await gone).id).toBe('moves')
    await startNode({ wire, port: two.port })
    await vi.waitFor(() => expect((channel as never as { members: { count: number } }).members.count).toBe(2), { timeout: 40_000 })
  }, 60_000)
})

describe('a client that means no good', () => {
  it.each([
    ['/app/other?protocol=7', 4001],
    ['/app/key/more?protocol=7', 4005],
    ['/app/key', 4008],
    ['/app/key?protocol=x', 4006],
    ['/app/key?protocol=3', 4007],
  ])('is told why %s leads nowhere', async (path, code) => {
    expect(await openSocket(await startNode(), path).closed).toBe(code)
  })

  it('gets no channel with a forged, a borrowed or no signature', async () => {
    const node = await startNode()
    const socket = openSocket(node)
    await isOpen(socket)
    const { socket_id: id } = JSON.parse(socket.heard[0]?.data ?? '')
    const forOther = node.pusher.authorizeChannel('1.1', 'private-x').auth
    const forOtherChannel = node.pusher.authorizeChannel(id, 'private-y').auth
    const member = node.pusher.authorizeChannel(id, 'presence-x', { user_id: 'ben' }).auth
    const tries = [
      { channel: 'private-x' },
      { channel: 'private-x', auth: 'key:00' },
      { channel: 'private-x', auth: forOther },
      { channel: 'private-x', auth: forOtherChannel },
      { channel: 'private-encrypted-x', auth: forOtherChannel },
      { channel: 'presence-x', auth: member, channel_data: '{"user_id":"amina"}' },
      { channel: 'presence-x', auth: node.pusher.authorizeChannel(id, 'presence-x').auth },
    ]
    for (const data of tries) socket.ws.send(JSON.stringify({ event: 'pusher:subscribe', data }))
    await vi.waitFor(() => expect(socket.heard).toHaveLength(1 + tries.length))
    expect(new Set(socket.heard.slice(1).map(({ event }) => event))).toEqual(new Set(['pusher:subscription_error']))
    await node.pusher.trigger('private-x', 'secret', 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(socket.heard.some(({ event }) => event === 'secret')).toBe(false)
  })

  it('gets on no private channel before it has signed in, nor on a presence channel as another', async () => {
    const node = await startNode({ requireSignIn: true })
    const socket = openSocket(node)
    await isOpen(socket)
    const { socket_id: id } = JSON.parse(socket.heard[0]?.data ?? '')
    const subscribe = (channel: string, member?: { user_id: string }) =>
      socket.ws.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel, ...node.pusher.authorizeChannel(id, channel, member) } }))
    subscribe('private-x')
    socket.ws.send(JSON.stringify({ event: 'pusher:signin', data: node.pusher.authenticateUser(id, { id: 'amina' }) }))
    subscribe('private-x')
    subscribe('presence-x', { user_id: 'ben' })
    subscribe('presence-x', { user_id: 'amina' })
    await vi.waitFor(() =>
      expect(socket.heard.slice(1).map(({ event }) => event)).toEqual([
        'pusher:subscription_error',
        'pusher:signin_success',
        'pusher_internal:subscription_succeeded',
        'pusher:subscription_error',
        'pusher_internal:subscription_succeeded',
      ]),
    )
  })

  it('is let go when what it signed in with ends', async () => {
    const node = await startNode({ limits: { checkSeconds: 0.1 } })
    const client = openClient(node)
    const socket = openSocket(node)
    await isOpen(socket)
    const { socket_id: id } = JSON.parse(socket.heard[0]?.data ?? '')
    const data = node.pusher.authenticateUser(id, { id: 'amina', expires_at: Date.now() + 100 })
    socket.ws.send(JSON.stringify({ event: 'pusher:signin', data }))
    expect(await socket.closed).toBe(4009)
    expect(client.connection.state).toBe('connected')
  }, 20_000)

  it('cannot be someone else, or sign in twice', async () => {
    const node = await startNode()
    const socket = openSocket(node)
    await isOpen(socket)
    const { auth } = node.pusher.authenticateUser('1.1', { id: 'amina' })
    socket.ws.send(JSON.stringify({ event: 'pusher:signin', data: { auth, user_data: '{"id":"amina"}' } }))
    expect(await socket.closed).toBe(4009)
  })

  it('may send nonsense without harm', async () => {
    const node = await startNode({ limits: { framesPerSecond: 10_000 } })
    const socket = openSocket(node)
    await isOpen(socket)
    const pieces = [
      'null',
      '1',
      '"x"',
      '[]',
      '{}',
      '',
      '{"event":1}',
      '{"event":"pusher:subscribe"}',
      '{"event":"pusher:subscribe","data":null}',
    ]
    const events = ['pusher:subscribe', 'pusher:unsubscribe', 'pusher:signin-', 'client-x', 'pusher:pong', '__proto__', 'x'.repeat(300)]
    const values = [
      null,
      1,
      'x',
      [],
      {},
      { channel: null },
      { channel: {} },
      { channel: '__proto__' },
      { channel: 'a b' },
      { channel: 'presence-x', channel_data: 'null', auth: 1 },
    ]
    for (const event of events)
      for (const data of values)
        for (const channel of [undefined, 1, 'constructor', 'private-x']) pieces.push(JSON.stringify({ event, data, channel }))
    for (const text of pieces) socket.ws.send(text)
    socket.ws.send(Buffer.from([0xff, 0xfe, 0x00]))
    socket.ws.send(JSON.stringify({ event: 'pusher:ping', data: {} }))
    await vi.waitFor(() => expect(socket.heard.at(-1)?.event).toBe('pusher:pong'))
  })

  it('loses the connection over a frame of a megabyte, and nobody else does', async () => {
    const node = await startNode()
    const [bad, good] = [openSocket(node), openSocket(node)]
    await isOpen(bad)
    await isOpen(good)
    bad.ws.send('x'.repeat(1024 * 1024))
    expect(await bad.closed).toBe(1009)
    good.ws.send(JSON.stringify({ event: 'pusher:ping' }))
    await vi.waitFor(() => expect(good.heard.at(-1)?.event).toBe('pusher:pong'))
  })

  it('is sent away when it floods', async () => {
    const flooding = await startNode()
    const flood = openSocket(flooding)
    await isOpen(flood)
    for (let n = 0; n < 200; n++) flood.ws.send('{"event":"pusher:ping"}')
    expect(await flood.closed).toBe(4100)
  })

  it('that is silent is asked, and let go when it does not answer', async () => {
    const node = await startNode({ limits: { activitySeconds: 0.2, pongSeconds: 0.2, checkSeconds: 0.1 } })
    const silent = openSocket(node)
    await isOpen(silent)
    expect(await silent.closed).toBe(4201)
    expect(silent.heard.map(({ event }) => event)).toContain('pusher:ping')
  }, 20_000)

  it('that stops reading is cut off before its backlog fills the memory', async () => {
    const node = await startNode({ limits: { bufferBytes: 64 * 1024 } })
    const slow = openSocket(node)
    await isOpen(slow)
    slow.ws.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel: 'news' } }))
    await vi.waitFor(() => expect(slow.heard).toHaveLength(2))
    slow.ws.pause()
    const data = 'x'.repeat(9000)
    await vi.waitFor(
      async () => {
        for (let n = 0; n < 50; n++)
          await node.pusher.triggerBatch(Array.from({ length: 10 }, () => ({ channel: 'news', name: 'x', data })))
        expect(node.realtime.stats()).toMatchObject({ connections: 0, refused: { 'slow reader': 1 } })
      },
      { timeout: 20_000 },
    )
  }, 30_000)

  it('sends no more client events a second than it may, and only where it may', async () => {
    const node = await startNode()
    const socket = openSocket(node)
    await isOpen(socket)
    const { socket_id: id } = JSON.parse(socket.heard[0]?.data ?? '')
    const say = (message: object) => socket.ws.send(JSON.stringify(message))
    say({ event: 'pusher:subscribe', data: { channel: 'public' } })
    say({ event: 'client-x', channel: 'public', data: {} })
    say({ event: 'client-x', channel: 'private-elsewhere', data: {} })
    say({ event: 'pusher:subscribe', data: { channel: 'private-x', auth: node.pusher.authorizeChannel(id, 'private-x').auth } })
    say({ event: 'client-x', channel: 'private-x', data: 'y'.repeat(11_000) })
    for (let n = 0; n < 15; n++) say({ event: 'client-x', channel: 'private-x', data: { n } })
    await vi.waitFor(() => {
      const codes = socket.heard.filter(({ event }) => event === 'pusher:error').map(({ data }) => JSON.parse(data).code)
      expect(codes.length).toBeGreaterThanOrEqual(3 + 4)
      expect(new Set(codes)).toEqual(new Set([4301]))
    })
  })
})

describe('the REST API', () => {
  const post = (node: Node, given: { body?: string; path?: string; params?: Record<string, string>; secret?: string } = {}) => {
    const { body = '{"name":"x","channel":"a","data":"1"}', path = '/apps/app/events' } = given
    const signer = new Pusher({ ...credentials, secret: given.secret ?? 'secret', host: 'x' })
    const query = signer.createSignedQueryString({ method: 'POST', path, body, params: given.params as never })
    return { url: `http://127.0.0.1:${node.port}${path}?${query}`, body }
  }
  const status = async ({ url, body }: { url: string; body: string }) => (await fetch(url, { method: 'POST', body })).status

  it('takes a call that is signed as it should be, and no other', async () => {
    const node = await startNode()
    expect(await status(post(node))).toBe(200)
    expect(await status(post(node, { secret: 'other' }))).toBe(401)
    expect(await status({ ...post(node), body: '{"name":"x","channel":"b","data":"1"}' })).toBe(401)
    expect(await status({ ...post(node), url: post(node).url.replace('auth_key=key', 'auth_key=yek') })).toBe(401)
    expect(await status({ url: `http://127.0.0.1:${node.port}/apps/app/events`, body: '{}' })).toBe(401)
    expect(await status(post(node, { path: '/apps/other/events' }))).toBe(404)
    expect(await status(post(node, { path: '/apps/app/nothing' }))).toBe(404)
    vi.useFakeTimers({ now: Date.now() - 700_000, toFake: ['Date'] })
    const old = post(node)
    vi.useRealTimers()
    expect(await status(old)).toBe(401)
  })

  it.each([
    ['nothing', 'null', 400],
    ['a list', '[]', 400],
    ['an event without a name', '{"channel":"a","data":"1"}', 400],
    ['an event without a channel', '{"name":"x","data":"1"}', 400],
    ['a channel that cannot be', '{"name":"x","channel":"a b","data":"1"}', 400],
    ['data that is not text', '{"name":"x","channel":"a","data":{"not":"text"}}', 400],
    ['too many channels', JSON.stringify({ name: 'x', channels: Array.from({ length: 101 }, (_, n) => `c${n}`), data: '1' }), 400],
    ['too much data', JSON.stringify({ name: 'x', channel: 'a', data: 'y'.repeat(10_241) }), 413],
    ['a body without end', JSON.stringify({ name: 'x', channel: 'a', data: 'y'.repeat(300_000) }), 413],
  ])('refuses %s', async (_, body, expected) => {
    expect(await status(post(await startNode(), { body }))).toBe(expected)
  })
})

describe('webhooks', () => {
  it('tell what happens on channels, signed, in order, and again when the receiver was down', async () => {
    const events: { name: string; channel: string }[] = []
    let isDown = true
    const checker = new Pusher({ ...credentials, host: 'x' })
    const receiver = createServer((request, response) => {
      let rawBody = ''
      request.on('data', (chunk) => (rawBody += chunk))
      request.on('end', () => {
        const hook = checker.webhook({ headers: request.headers, rawBody })
        if (!isDown && hook.isValid()) events.push(...(hook.getEvents() as never as typeof events))
        response.writeHead(isDown ? 503 : 200).end()
        isDown = false
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, resolve))
    cleanups.push(() => receiver.close())
    const node = await startNode({ webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` })
    const client = openClient(node, { id: 'amina' })
    const channel = await joined(client, 'presence-x')
    channel.trigger('client-typing', {})
    client.unsubscribe('presence-x')
    await vi.waitFor(
      () =>
        expect(events.map(({ name }) => name).filter((name) => name !== 'subscription_count')).toEqual([
          'member_added',
          'channel_occupied',
          'client_event',
          'member_removed',
          'channel_vacated',
        ]),
      { timeout: 5000 },
    )
  })
})

it('counts nothing as refused when all is well', async () => {
  const node = await startNode()
  await joined(openClient(node), 'news')
  expect(node.realtime.stats()).toEqual({ connections: 1, peers: 0, refused: {} })
  expect(defaultLimits.connectionsPerUser).toBe(10)
})
