'use client'

import { Circle, CircleCheck, LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { FormError } from '@/components/ui/form-error'
import { Skeleton } from '@/components/ui/layout'
import { api } from '@/lib/wiring/client'

type Setup = Awaited<ReturnType<typeof api.platform.readSetup>>

const askEveryMs = 500

/** Follows the setup of a workspace and then goes there, signed in. The secret stays behind '#'. */
export function SetupProgress({ tenantId }: { tenantId: string }) {
  const t = useTranslations('platform.setup')
  const secret = useRef('')
  const [setup, setSetup] = useState<Setup | 'unknown' | null>(null)
  useEffect(() => {
    secret.current = window.location.hash.slice(1)
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    async function ask() {
      const found = await api.platform.readSetup({ tenantId, secret: secret.current }).catch((error: { code?: string }) => {
        // What cannot be reached now is asked again; what is not there is not.
        return error.code === 'NOT_FOUND' || error.code === 'INVALID' ? ('unknown' as const) : null
      })
      if (isOver) return
      if (found) setSetup(found)
      if (found === 'unknown') return
      if (found?.status === 'done') return window.location.assign(`${found.origin}/enter#${secret.current}`)
      timer = setTimeout(ask, askEveryMs)
    }
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [tenantId])

  if (setup === null) return <Skeleton className="h-40" />
  if (setup === 'unknown')
    return (
      <>
        <h1 className="text-lg font-semibold">{t('unknown')}</h1>
        <p className="text-muted">{t('unknownSays')}</p>
      </>
    )
  const isOver = setup.status === 'done'
  return (
    <>
      <h1 className="text-lg font-semibold">{t(isOver ? 'ready' : 'title', { name: setup.name })}</h1>
      <progress
        aria-label={t('progress')}
        value={isOver ? setup.steps.length : setup.step}
        max={setup.steps.length}
        className="h-1.5 w-full overflow-hidden rounded-full accent-[var(--accent)]"
      />
      <ol className="grid gap-2" aria-live="polite">
        {setup.steps.map((name, index) => {
          const state = isOver || index < setup.step ? 'done' : index === setup.step && setup.status === 'running' ? 'now' : 'later'
          return (
            <li key={name} className={`flex items-center gap-2 [&_svg]:size-4 ${state === 'later' ? 'text-muted' : ''}`}>
              {state === 'done' ? (
                <CircleCheck className="text-success" />
              ) : state === 'now' ? (
                <LoaderCircle className="motion-safe:animate-spin" />
              ) : (
                <Circle />
              )}
              {name}
              <span className="sr-only">{t(state)}</span>
            </li>
          )
        })}
      </ol>
      {isOver && <p className="text-sm text-muted">{t('redirecting')}</p>}
      {setup.problem && (
        <>
          <FormError>{setup.problem}</FormError>
          <Button onClick={() => void api.platform.retrySetup({ tenantId, secret: secret.current }).catch(() => {})}>{t('retry')}</Button>
        </>
      )}
    </>
  )
}
