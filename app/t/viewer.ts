import { call } from '@orpc/server'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { load, pageContext } from '@/app/load'
import { getViewer } from '@/lib/identity/account'

/** Read once per request, whoever asks. */
export const viewer = cache(() => load((context) => call(getViewer, undefined, { context })))

/** The same with somebody signed in; nobody goes to the sign-in page and comes back. */
export const signedIn = cache(async () => {
  const { desk, person } = await viewer()
  const { door } = await pageContext()
  if (!person) redirect(`/sign-in?next=${encodeURIComponent(door.headers.get('x-baraza-path') ?? '/')}`)
  return { desk, person }
})
