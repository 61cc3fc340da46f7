'use client'

import { signIn } from 'next-auth/react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

/** The first step into a workspace that was just opened: the sign-up's secret signs its owner in. */
export function EnterWorkspace() {
  const t = useTranslations('signIn.enter')
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
        <h1 className="text-lg font-semibold">{t('title')}</h1>
        <p role="status" className="text-sm text-muted">
          {t('signingIn')}
        </p>
        <Skeleton className="h-9" />
      </>
    )
  return (
    <>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <p className="text-sm text-muted">{t('signInByHand')}</p>
      <Button asChild variant="primary">
        <Link href="/sign-in?next=/agent">{t('signIn')}</Link>
      </Button>
    </>
  )
}
