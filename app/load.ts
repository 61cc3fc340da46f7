import '@/lib/wiring/wire'
import { ORPCError } from '@orpc/server'
import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { callerOf } from '@/lib/procedure/caller'
import type { CallContext } from '@/lib/procedure/context'
import { hashInput } from '@/lib/procedure/idempotency'
import { refusedPage } from '@/lib/procedure/refused-page'

/** What a page brings to the procedures it calls: the request it is rendered for. */
export const pageContext = cache(async (): Promise<CallContext> => ({ caller: callerOf('page', await headers(), 'GET') }))

/**
 * The same for a server action, which may change things. What was sent before
 * with the same `once` is answered as it was then, and not done again.
 */
export async function actionContext(once?: unknown): Promise<CallContext> {
  const own = new Headers(await headers())
  if (once !== undefined) own.set('idempotency-key', hashInput(once))
  return { caller: callerOf('action', own, 'POST') }
}

/** Reads for a page: nobody goes to the sign-in and comes back, what is not there is the 404 page. */
export async function load<T>(read: (context: CallContext) => Promise<T>): Promise<T> {
  const context = await pageContext()
  try {
    return await read(context)
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    // An address with a made-up id or cursor is a page that is not there.
    if (error.code === 'NOT_FOUND' || error.code === 'INVALID') notFound()
    if (error.code === 'UNAUTHENTICATED')
      redirect(`/sign-in?next=${encodeURIComponent(context.caller.headers.get('x-baraza-path') ?? '/')}`)
    if (error.code === 'FORBIDDEN') redirect('/forbidden')
    if (error.code === 'RATE_LIMITED' || error.code === 'UNAVAILABLE')
      throw refusedPage({ why: error.code, seconds: (error.data as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds ?? 1 })
    throw error
  }
}
