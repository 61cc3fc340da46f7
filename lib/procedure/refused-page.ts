import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { type Refusal, refusedDigest, refusedStatus } from '../core/refused'

interface Answer {
  refusal?: Refusal
  isMissing?: boolean
}

// The server and the pages are bundled apart; what they share is global.
const store = globalThis as typeof globalThis & { __barazaAnswer?: AsyncLocalStorage<Answer> }
const answers = () => {
  store.__barazaAnswer ??= new AsyncLocalStorage<Answer>()
  return store.__barazaAnswer
}

/** What a page throws that was refused for a while. A page can't set the status of its answer, so the server is told. */
export function refusedPage(refusal: Refusal): Error {
  const answer = answers().getStore()
  if (answer) answer.refusal = refusal
  return Object.assign(new Error(refusal.why), { digest: refusedDigest(refusal) })
}

/** Told by a page that says itself that there is nothing at its address. */
export function pageIsMissing(): void {
  const answer = answers().getStore()
  if (answer) answer.isMissing = true
}

/** Answers a request; where a page was refused for a while, with the status that says so in place of 500, and with 404 where it is missing. */
export function answerPage(response: ServerResponse, handle: () => Promise<unknown>): Promise<unknown> {
  const answer: Answer = {}
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    // What the router asks for it reads as a page.
    const isMissing = status === 200 && answer.isMissing && /^text\/html/.test(String(response.getHeader('content-type')))
    if (isMissing) return writeHead(404, ...rest)
    if (status !== 500 || !answer.refusal) return writeHead(status, ...rest)
    response.setHeader('Retry-After', String(answer.refusal.seconds))
    return writeHead(refusedStatus(answer.refusal))
  }) as ServerResponse['writeHead']
  return answers().run(answer, handle)
}
