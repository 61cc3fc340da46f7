'use client'

import { CloudOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { useRealtime } from './provider'

const patienceMs = 1500

/** Says that what is shown may be old; a blink of the network is not worth a word. */
export function LinkState() {
  const t = useTranslations('ui')
  const { state } = useRealtime()
  const isGone = state === 'reconnecting'
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!isGone) return
    const timer = setTimeout(() => setLong(true), patienceMs)
    return () => clearTimeout(timer)
  }, [isGone])
  return (
    <p role="status" data-link={state} className="px-2.5 text-xs text-warning empty:hidden">
      {isLong && (
        <span className="flex items-center gap-1.5 py-1">
          <CloudOff aria-hidden className="size-3.5" /> {t('reconnecting')}
        </span>
      )}
    </p>
  )
}
