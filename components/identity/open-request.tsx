'use client'

import Link from 'next/link'
import { signIn } from 'next-auth/react'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { FormError } from '@/components/ui/field'

/** The id at the start of the key, as it stands in addresses. */
const ticketIdOf = (key: string) => key.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Opens the request that a mail was about. Who is signed in goes there as who they are. */
export function OpenRequest({ isSignedIn }: { isSignedIn: boolean }) {
  const [failure, setFailure] = useState<{ says: string; next: string } | null>(null)
  useEffect(() => {
    const requestKey = window.location.hash.slice(1)
    const next = `/requests/${ticketIdOf(requestKey)}`
    if (isSignedIn) return window.location.replace(next)
    signIn('credentials', { requestKey, redirect: false }).then(
      // It may have become part of another: the list knows which.
      (answer) => (answer?.ok ? window.location.replace('/requests') : setFailure({ says: dead, next })),
      () => setFailure({ says: 'The server cannot be reached. Try again.', next }),
    )
  }, [isSignedIn])
  return (
    <>
      <h1 className="text-lg font-semibold">Your request</h1>
      {failure ? (
        <>
          <FormError>{failure.says}</FormError>
          <Button asChild variant="primary">
            <Link href={`/magic-link?${new URLSearchParams({ next: failure.next })}`}>Get a new link by mail</Link>
          </Button>
          <Button asChild>
            <Link href={`/sign-in?${new URLSearchParams({ next: failure.next })}`}>Sign in</Link>
          </Button>
        </>
      ) : (
        <p role="status" className="text-sm text-muted">
          One moment…
        </p>
      )}
    </>
  )
}

const dead = 'This link has expired, or somebody with an account on the team must sign in.'
