'use client'

import { ORPCError } from '@orpc/client'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState, useTransition } from 'react'
import { toast } from './toast'

export interface ActionError {
  code: string
  message: string
  fields: Record<string, string[]>
}

interface Options<I, O> {
  /** The form shows its errors itself; everything else says them in a toast. */
  isForm?: boolean
  /** Said in a toast when it worked. */
  success?: string
  /** `false`: the page is left, so there is nothing to refresh. */
  onDone?: (output: O) => unknown
  /** It failed, as the form's errors say; for a form that may be gone by then. */
  onFailed?: (error: ActionError) => void
  /** Takes it back: offered in the toast for a while. */
  undo?: (input: I) => Promise<unknown>
}

const undoMs = 10_000

function read(error: unknown, t: ReturnType<typeof useTranslations<'ui'>>): ActionError {
  if (!(error instanceof ORPCError)) return { code: 'UNAVAILABLE', message: t('unreachable'), fields: {} }
  const fields = (error.data as { fields?: Record<string, string[]> } | undefined)?.fields ?? {}
  const isDefect = error.code === 'INTERNAL_SERVER_ERROR'
  return { code: error.code, message: isDefect ? t('defect') : error.message, fields }
}

/** Leads to the sign-in page and back; what was typed is kept until then. */
export const signInAgain = (label: string) => ({
  label,
  onClick: () => window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`),
})

/** Runs a call, shows that it runs, says how it went and refreshes what the page shows. */
export function useAction<I, O>(call: (input: I) => Promise<O>, { success, onDone, onFailed, isForm, undo }: Options<I, O> = {}) {
  const router = useRouter()
  const t = useTranslations('ui')
  const [isRunning, setRunning] = useState(false)
  const [isRefreshing, startRefresh] = useTransition()
  const [error, setError] = useState<ActionError | null>(null)
  const offer = (takeBack: () => Promise<unknown>) => ({
    label: t('undo'),
    onClick: () =>
      void takeBack().then(
        () => {
          toast.success(t('restored'))
          router.refresh()
        },
        (thrown: unknown) => toast.error(read(thrown, t).message),
      ),
  })
  async function run(input: I): Promise<boolean> {
    setRunning(true)
    setError(null)
    try {
      const output = await call(input)
      // Said twice it is one message.
      if (success) toast.success(success, { id: success, ...(undo ? { duration: undoMs, action: offer(() => undo(input)) } : {}) })
      if (onDone?.(output) !== false) startRefresh(() => router.refresh())
      return true
    } catch (thrown) {
      const failure = read(thrown, t)
      setError(failure)
      if (failure.code === 'UNAUTHENTICATED') {
        setError({ ...failure, message: t('sessionEndedKept') })
        toast.error(t('sessionEnded'), { action: signInAgain(t('signIn')), duration: 60_000 })
      } else {
        if (!isForm) toast.error(failure.message)
        onFailed?.(failure)
      }
      if (failure.code === 'CONFLICT') startRefresh(() => router.refresh())
      return false
    } finally {
      setRunning(false)
    }
  }
  return { run, error, isPending: isRunning || isRefreshing }
}
