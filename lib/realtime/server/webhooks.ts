import type { Notice } from './hub'
import { type Credentials, sign } from './signature'

const gatherMs = 100
const retryMs = [1000, 5000, 30_000]
const timeoutMs = 10_000
/** Notices kept for a receiver that is down; more are dropped, and counted. */
const backlog = 10_000

/** Posts what happens on channels to an address, signed; several at a time, in order, and again when it fails. */
export function webhookSender(url: string, { key, secret }: Credentials, count: (what: string) => void) {
  let waiting: Notice[] = []
  let isSending = false
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function post(body: string): Promise<boolean> {
    try {
      const headers = { 'content-type': 'application/json', 'x-pusher-key': key, 'x-pusher-signature': sign(secret, body) }
      const { ok } = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) })
      return ok
    } catch {
      return false
    }
  }

  async function sendAll() {
    if (isSending) return
    isSending = true
    while (waiting.length > 0 && !isClosed) {
      const events = waiting.splice(0, 100)
      const body = JSON.stringify({ time_ms: Date.now(), events })
      let isDone = await post(body)
      for (const wait of retryMs) {
        if (isDone || isClosed) break
        await new Promise((resolve) => setTimeout(resolve, wait).unref())
        isDone = await post(body)
      }
      if (!isDone) count('webhook lost')
    }
    isSending = false
  }

  return {
    add(notice: Notice) {
      if (waiting.length >= backlog) return count('webhook lost')
      waiting.push(notice)
      timer ??= setTimeout(() => {
        timer = undefined
        void sendAll()
      }, gatherMs).unref()
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      waiting = []
    },
  }
}
