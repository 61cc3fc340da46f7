import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { refusedDigest } from '../core/refused'

interface Answer {
  retryAfterSeconds?: number
}

// The server and the pages are bundled apart; what they share is global.
const store = globalThis as typeof globalThis & { __barazaAnswer?: AsyncLocalStorage<Answer> }
const answers = () => {
  store.__barazaAnswer ??= new AsyncLocalStorage<Answer>()
  return store.__barazaAnswer
}

/** What a page throws that the rate limit refused. A page can't set the status of its answer, so the server is told. */
export function refusedPage(retryAfterSeconds: number): Error {
  const answer = answers().getStore()
  if (answer) answer.retryAfterSeconds = retryAfterSeconds
  return Object.assign(new Error('too many requests'), { digest: refusedDigest(retryAfterSeconds) })
}

/** Answers a request; where a page was refused by the rate limit, with the status 429 in place of 500. */
export function answerPage(response: ServerResponse, handle: () => Promise<unknown>): Promise<unknown> {
  const answer: Answer = {}
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    if (status !== 500 || answer.retryAfterSeconds === undefined) return writeHead(status, ...rest)
    response.setHeader('Retry-After', String(answer.retryAfterSeconds))
    return writeHead(429)
  }) as ServerResponse['writeHead']
  return answers().run(answer, handle)
}
