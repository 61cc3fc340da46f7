'use client'

import Link from 'next/link'
import { signIn } from 'next-auth/react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/layout'

/** The first step into a desk that was just opened: the sign-up's secret signs its owner in. */
export function EnterDesk() {
  const hasBegun = useRef(false)
  const [isRefused, setRefused] = useState(false)
  useEffect(() => {
    if (hasBegun.current) return
    hasBegun.current = true
    const magicToken = window.location.hash.slice(1)
    history.replaceState(null, '', window.location.pathname)
    signIn('credentials', { magicToken, redirect: false }).then(
      (answer) => (answer?.ok ? window.location.replace('/agent') : setRefused(true)),
      () => setRefused(true),
    )
  }, [])
  if (!isRefused)
    return (
      <>
        <h1 className="text-lg font-semibold">Welcome</h1>
        <p role="status" className="text-sm text-muted">
          Signing you in…
        </p>
        <Skeleton className="h-9" />
      </>
    )
  return (
    <>
      <h1 className="text-lg font-semibold">Welcome</h1>
      <p className="text-sm text-muted">The desk is ready. Sign in with the address and the password you chose.</p>
      <Button asChild variant="primary">
        <Link href="/sign-in?next=/agent">Sign in</Link>
      </Button>
    </>
  )
}
