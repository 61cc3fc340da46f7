import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  from: string
  to: string[]
  raw: string
}

/** What the server does at a stage: says this, cuts the connection, or never answers. */
export type Answer = { code: number; says: string } | 'cut' | 'stall' | null

interface Behaviour {
  /** By recipient. */
  onRecipient?: (address: string) => Answer
  /** When all of the message is there. */
  onMessage?: () => Answer
}

/** A real mail server on this machine that takes what is sent to it, and answers as a test says. */
export async function startSmtp(options: SMTPServerOptions = {}) {
  const received: ReceivedMail[] = []
  const behaviour: Behaviour = {}
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const answer = (given: Answer | undefined, callback: (error?: Error | null) => void) => {
    if (given === 'stall') return
    if (given === 'cut') cut()
    else callback(given ? Object.assign(new Error(given.says), { responseCode: given.code }) : null)
  }
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, callback) => answer(behaviour.onRecipient?.(address), callback),
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const given = behaviour.onMessage?.()
        const { mailFrom, rcptTo } = session.envelope
        if (given === null || given === undefined || given === 'cut')
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
          })
        answer(given, callback)
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const { port } = server.server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      cut()
      server.close(() => resolve())
    })
  return { port, url: `smtp://127.0.0.1:${port}`, received, behaviour, cut, close }
}
