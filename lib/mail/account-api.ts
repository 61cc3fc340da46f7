import type { z } from 'zod'
import { type ErrorText, msg } from '../core/message'
import { cut, errorText } from '../core/text'
import { MailboxError } from './connection-errors'
import type { HandedOver, MailToSend } from './transport'

/** The interface of a provider to the mail of one account. */
export interface AccountApi {
  /** @returns null for a folder that is no more */
  folderId(ask: Ask, path: string): Promise<string | null>
  folders(ask: Ask): Promise<string[]>
  /**
   * What came into a folder after the cursor, a page of it; without one, what came since then.
   * @throws {CursorExpiredError}
   */
  page(ask: Ask, folderId: string, cursor: string | null, since: Date): Promise<ApiPage>
  /** The message as it came. @returns null for one that is gone */
  raw(ask: Ask, id: string, most: number): Promise<Buffer | null>
  send(ask: Ask, mail: MailToSend): Promise<HandedOver>
}

export interface ApiPage {
  /** Of messages, the earliest first. */
  ids: string[]
  /** Where the next page begins, once all of these are stored. */
  cursor: string
  hasMore: boolean
}

/** The provider does not know any more what was new since then. */
export class CursorExpiredError extends Error {}

/** The provider says no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** Its own name for what is wrong. */
    readonly reason: string,
    readonly answer: string,
    /** How long it asks to be left alone. */
    readonly retryAfterSeconds: number | null,
  ) {
    super(answer)
  }

  /** Whether it is only too much at once. */
  get isBusy(): boolean {
    return this.status === 429 || (this.status === 503 && this.retryAfterSeconds !== null) || isQuota.test(this.reason)
  }
}

const isQuota = /^(rateLimitExceeded|userRateLimitExceeded|quotaExceeded|dailyLimitExceeded|ApplicationThrottled|TooManyRequests)$/i

interface Request {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer> | string
  /** Bytes of the answer that are read. */
  most?: number
  timeoutMs?: number
}

/** Asks the provider as the account. @throws {ApiError} for a no, {MailboxError} where nothing comes back */
export type Ask = (url: string, request?: Request) => Promise<Buffer>

const usualBytes = 8 * 1024 * 1024
const usualMs = 30_000

/** @param over ends all requests */
export const askWith =
  (token: string, over?: AbortSignal): Ask =>
  async (url, { method = 'GET', headers = {}, body, most = usualBytes, timeoutMs = usualMs } = {}) => {
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, authorization: `Bearer ${token}` }, // not-words: a scheme of HTTP
        body,
        redirect: 'error',
        cache: 'no-store',
        signal: over ? AbortSignal.any([late, over]) : late,
      })
      const bytes = await read(response, most)
      if (response.ok) return bytes
      throw refusalOf(response, bytes)
    } catch (error) {
      if (error instanceof ApiError || error instanceof MailboxError) throw error
      if (over?.aborted && over.reason instanceof Error) throw over.reason
      if (late.aborted) throw new MailboxError('mailboxes.stalled')
      const { cause = error } = error as Error
      throw new MailboxError(msg('mailboxes.providerSilent', { detail: cut(errorText(cause), 200) }))
    }
  }

async function read({ body }: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > most) throw new MailboxError('mailboxes.tooLarge')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function refusalOf({ status, headers }: Response, bytes: Buffer): ApiError {
  const { error } = parsed(bytes) as { error?: { code?: unknown; message?: unknown; errors?: { reason?: unknown }[] } }
  // Google has a list of reasons, Microsoft a code.
  const reason = error?.errors?.[0]?.reason ?? error?.code ?? ''
  const said = typeof error?.message === 'string' ? error.message : bytes.toString('utf8', 0, 500)
  return new ApiError(status, String(reason), cut(`${status} ${said}`.trim(), 300), secondsOf(headers.get('retry-after')))
}

function parsed(bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** Of a header that says seconds, or when. */
function secondsOf(text: string | null): number | null {
  if (!text) return null
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null
}

/** An answer that is JSON of this shape. @throws {MailboxError} for any other */
export async function json<T>(schema: z.ZodType<T>, answer: Promise<Buffer>): Promise<T> {
  const read = schema.safeParse(parsed(await answer))
  if (!read.success) throw new MailboxError('mailboxes.providerGarbled')
  return read.data
}

/** What is wrong, as a text of the catalogue. */
export const busyText = (until: Date): ErrorText => msg('mailboxes.providerBusy', { until: until.getTime() })
