import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { addressKey } from '../../core/ip-address'
import { clientAddressOf } from '../../net/client-address'
import { type Bus, Hub, type Notice } from './hub'
import { defaultLimits, type Limits } from './limits'
import { type CloseReason, closeReasons, frame, protocolVersions } from './protocol'
import { answerRest } from './rest'
import type { Credentials } from './signature'
import { Socket } from './socket'
import { webhookSender } from './webhooks'

export type { Bus } from './hub'
export type { Credentials } from './signature'

interface Options {
  credentials: Credentials
  bus: Bus
  limits?: Partial<Limits>
  webhookUrl?: string
  requireSignIn?: boolean
}

const bodyBytes = 256 * 1024

/** A server for the Pusher Channels protocol, to be hung into an HTTP server beside whatever else that serves. */
export class RealtimeServer {
  private sockets = new Set<Socket>()
  private perAddress = new Map<string, number>()
  private counts = new Map<string, number>()
  private limits: Limits
  private hub: Hub
  private wss: WebSocketServer
  private checking: NodeJS.Timeout
  private webhook: ReturnType<typeof webhookSender> | undefined

  constructor(private options: Options) {
    this.limits = { ...defaultLimits, ...options.limits }
    if (options.webhookUrl) this.webhook = webhookSender(options.webhookUrl, options.credentials, this.count)
    this.hub = new Hub(options.bus, this.notice)
    this.wss = new WebSocketServer({ noServer: true, maxPayload: this.limits.frameBytes, clientTracking: false })
    this.checking = setInterval(() => {
      const now = Date.now()
      for (const socket of this.sockets) socket.checkAlive(now)
    }, this.limits.checkSeconds * 1000).unref()
  }

  /** Takes a WebSocket that was asked for under /app/; false leaves it to others. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = new URL(request.url ?? '/', 'http://x')
    if (!url.pathname.startsWith('/app/')) return false
    this.wss.handleUpgrade(request, socket, head, (ws) => {
      const refusal = this.refusalOf(url)
      const address = addressKey(clientAddressOf(request))
      if (refusal) turnAway(ws, refusal)
      else if (this.isFull(address)) turnAway(ws, 'overCapacity')
      else this.welcome(ws, address)
    })
    return true
  }

  /** Answers a call to the REST API under /apps/; false leaves it to others. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '/', 'http://x')
    if (!url.pathname.startsWith('/apps/')) return false
    void readBody(request).then((body) => {
      const answer = body
        ? answerRest(
            { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, body },
            { hub: this.hub, credentials: this.options.credentials, limits: this.limits },
          )
        : { status: 413, body: { error: 'The body is too large' } }
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
    })
    return true
  }

  /** Sends every client away to connect to whoever comes next. */
  close() {
    clearInterval(this.checking)
    for (const socket of this.sockets) socket.end('restart')
    this.webhook?.close()
    this.hub.close()
  }

  /** Connections now, and what was refused or cut off since the start, by reason. */
  stats() {
    return { connections: this.sockets.size, peers: this.hub.peerCount, refused: Object.fromEntries(this.counts) }
  }

  private count = (what: string) => {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  private notice = (notice: Notice) => this.webhook?.add(notice)

  private refusalOf({ pathname, searchParams }: URL): CloseReason | null {
    const key = pathname.slice('/app/'.length)
    const version = searchParams.get('protocol')
    if (key.includes('/')) return 'unknownPath'
    if (key !== this.options.credentials.key) return 'unknownApp'
    if (version === null) return 'noVersion'
    if (!/^\d+$/.test(version)) return 'badVersion'
    return protocolVersions.includes(Number(version)) ? null : 'unsupportedVersion'
  }

  private isFull(address: string): boolean {
    const { connections, connectionsPerAddress } = this.limits
    return this.sockets.size >= connections || (this.perAddress.get(address) ?? 0) >= connectionsPerAddress
  }

  private welcome(ws: WebSocket, address: string) {
    const { hub, limits, count, notice } = this
    const { credentials, requireSignIn = false } = this.options
    const socket = new Socket(ws, { hub, limits, count, notice, credentials, requireSignIn })
    this.sockets.add(socket)
    this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1)
    ws.on('error', () => this.count('broken frame')) // too large or not a WebSocket's; `close` follows
    ws.on('close', () => {
      this.sockets.delete(socket)
      const left = (this.perAddress.get(address) ?? 1) - 1
      if (left > 0) this.perAddress.set(address, left)
      else this.perAddress.delete(address)
      socket.leaveAll()
    })
  }
}

function turnAway(ws: WebSocket, reason: CloseReason) {
  const [code, message] = closeReasons[reason]
  ws.on('error', () => {})
  ws.send(frame('pusher:error', { code, message }))
  ws.close(code, message)
}

/** The whole body; null when it is larger than any call needs. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= bodyBytes) chunks.push(chunk)
  }
  return size > bodyBytes ? null : Buffer.concat(chunks)
}
