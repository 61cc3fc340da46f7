import { randomUUID } from 'node:crypto'
import { listen, notify } from '../db/notify'
import { log } from '../log/log'
import type { Bus } from './server/server'

const channel = 'baraza_realtime'
/** PostgreSQL takes 8000 bytes in a notification; a little is for the envelope. */
const room = 7800

/**
 * Carries what the nodes tell each other through the database. What is said in
 * one turn goes together; what is too long goes in pieces.
 */
export function databaseBus(): Bus {
  let waiting: string[] = []
  let sending = Promise.resolve()
  const handlers = new Set<(text: string) => void>()
  const pieces = new Map<string, string[]>()

  async function flush() {
    const texts = waiting
    waiting = []
    for (const payload of pack(texts)) await notify(channel, payload)
  }

  function receive(payload: string) {
    if (!payload.startsWith('+')) {
      for (const text of JSON.parse(payload) as string[]) for (const handle of handlers) handle(text)
      return
    }
    const [id = '', count, ...rest] = payload.slice(1).split(':')
    const parts = [...(pieces.get(id) ?? []), rest.join(':')]
    if (parts.length < Number(count)) return void pieces.set(id, parts)
    pieces.delete(id)
    receive(Buffer.from(parts.join(''), 'base64').toString('utf8'))
  }

  // A gap is healed by the next heartbeat and by the numbers of the messages.
  const stop = listen(channel, receive, () => pieces.clear())
  return {
    send(text) {
      waiting.push(text)
      if (waiting.length > 1) return
      sending = sending
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(flush)
        .catch((error) => log().warn({ err: error }, 'the other processes were not told; their clients find out by asking'))
    },
    onMessage(handler) {
      handlers.add(handler)
      return () => {
        handlers.delete(handler)
        if (handlers.size === 0) void sending.finally(stop)
      }
    },
  }
}

/** Lists of texts, each small enough for one notification; one that is too long is cut into numbered pieces. */
export function* pack(texts: string[]): Generator<string> {
  let group: string[] = []
  let size = 0
  for (const text of texts) {
    const length = Buffer.byteLength(JSON.stringify(text)) + 1
    if (size + length > room && group.length > 0) {
      yield JSON.stringify(group)
      group = []
      size = 0
    }
    if (length > room) yield* cut(JSON.stringify([text]))
    else {
      group.push(text)
      size += length
    }
  }
  if (group.length > 0) yield JSON.stringify(group)
}

function* cut(payload: string): Generator<string> {
  const encoded = Buffer.from(payload).toString('base64')
  const id = randomUUID()
  const size = room - 60
  const count = Math.ceil(encoded.length / size)
  for (let n = 0; n < count; n++) yield `+${id}:${count}:${encoded.slice(n * size, (n + 1) * size)}`
}
