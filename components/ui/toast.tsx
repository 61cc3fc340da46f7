'use client'

import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import type { ExternalToast, ToasterProps } from 'sonner'

let show = () => {}
const isShown = Promise.withResolvers<void>()

const say = (kind: 'success' | 'error' | 'info' | 'warning' | 'loading') => (message: ReactNode, options?: ExternalToast) => {
  show()
  void Promise.all([import('sonner'), isShown.promise]).then(([{ toast }]) => toast[kind](message, options))
}

/** Says in a corner of the page what came of something. */
export const toast = { success: say('success'), error: say('error'), info: say('info'), warning: say('warning'), loading: say('loading') }

/** Where toasts are said. It is loaded with the first key or click: whatever follows from these can be said without the server. */
export function Toasts(props: ToasterProps) {
  const [Toaster, setToaster] = useState<ComponentType<ToasterProps>>()
  useEffect(() => {
    show = () =>
      void import('sonner').then(
        (loaded) => setToaster(() => loaded.Toaster),
        () => {}, // the next one tries again
      )
    const stop = new AbortController()
    for (const event of ['keydown', 'pointerdown']) window.addEventListener(event, show, { once: true, capture: true, signal: stop.signal })
    return () => stop.abort()
  }, [])
  useEffect(() => {
    if (Toaster) isShown.resolve()
  }, [Toaster])
  return Toaster && <Toaster {...props} />
}
