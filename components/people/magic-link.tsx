'use client'

import { useTranslations } from 'next-intl'
import { useSyncExternalStore } from 'react'
import { LinkRequestForm, MagicLinkForm } from './link-forms'

const watchHash = (changed: () => void) => {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

/** One page for both ends of the link: asking for it, and coming back with it. */
export function MagicLink() {
  const t = useTranslations('signIn.link')
  const hasSecret = useSyncExternalStore(
    watchHash,
    () => window.location.hash.length > 1,
    () => false,
  )
  return hasSecret ? (
    <>
      <h1 className="text-lg font-semibold">{t('welcome')}</h1>
      <p className="text-sm text-muted">{t('welcomeSays')}</p>
      <MagicLinkForm />
    </>
  ) : (
    <>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <p className="text-sm text-muted">{t('says')}</p>
      <LinkRequestForm purpose="magic-link" />
    </>
  )
}
