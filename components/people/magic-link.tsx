'use client'

import { useSyncExternalStore } from 'react'
import { LinkRequestForm, MagicLinkForm } from './link-forms'

const watchHash = (changed: () => void) => {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

/** One page for both ends of the link: asking for it, and coming back with it. */
export function MagicLink() {
  const hasSecret = useSyncExternalStore(
    watchHash,
    () => window.location.hash.length > 1,
    () => false,
  )
  return hasSecret ? (
    <>
      <h1 className="text-lg font-semibold">Welcome back</h1>
      <p className="text-sm text-muted">Press the button to sign in. The link works once.</p>
      <MagicLinkForm />
    </>
  ) : (
    <>
      <h1 className="text-lg font-semibold">Sign in by mail</h1>
      <p className="text-sm text-muted">Enter the address you wrote to us from and we send you a link.</p>
      <LinkRequestForm purpose="magic-link" />
    </>
  )
}
