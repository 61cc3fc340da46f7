import { call } from '@orpc/server'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { load, pageContext } from '@/app/load'
import { getViewer } from '@/lib/accounts/viewer'

/** Read once per request, whoever asks: pages, and what chooses their language. */
export const findViewer = cache(async () => call(getViewer, undefined, { context: await pageContext() }))

/**
 * Who looks at the page. A guest came by the link in a mail about
 * one request; for all other pages nobody is signed in.
 */
export const viewer = cache(async () => {
  const { desk, person } = await load(() => findViewer())
  return person?.onlyTicketId ? { desk, person: null, guest: person } : { desk, person, guest: null }
})

/** The same with someone signed in; nobody goes to the sign-in page and comes back. */
export const signedIn = cache(async () => {
  const { desk, person } = await viewer()
  return { desk, person: person ?? (await toSignIn()) }
})

/** For the pages of requests, which guests may see as well. */
export const signedInOrGuest = cache(async () => {
  const { desk, person, guest } = await viewer()
  return { desk, person: person ?? guest ?? (await toSignIn()) }
})

async function toSignIn(): Promise<never> {
  const { caller } = await pageContext()
  redirect(`/sign-in?next=${encodeURIComponent(caller.headers.get('x-baraza-path') ?? '/')}`)
}
