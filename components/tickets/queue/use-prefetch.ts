'use client'

import { PrefetchKind } from 'next/dist/client/components/router-reducer/router-reducer-types'
import { useRouter } from 'next/navigation'
import { type RefObject, useEffect } from 'react'

/** So long a row has the pointer or the focus before its ticket is read: who only passes reads nothing. */
const restMs = 100
/** So long a ticket is looked at before the next one is read. */
const nextAfterMs = 500

/** Reads the page of a row's ticket before it is opened, once the row has had the pointer or the focus for a moment. */
export function usePrefetchOnRest(list: RefObject<HTMLElement | null>) {
  const router = useRouter()
  useEffect(() => {
    const element = list.current
    let timer: ReturnType<typeof setTimeout> | undefined
    let at: string | null = null
    const go = (href: string | null) => {
      if (href === at) return
      at = href
      clearTimeout(timer)
      if (href) timer = setTimeout(() => router.prefetch(href, { kind: PrefetchKind.FULL }), restMs)
    }
    const come = ({ target }: Event) =>
      go((target instanceof Element && target.closest('li')?.querySelector('a[data-row]')?.getAttribute('href')) || null)
    const leave = () => go(null)
    element?.addEventListener('pointerover', come)
    element?.addEventListener('focusin', come)
    element?.addEventListener('pointerleave', leave)
    element?.addEventListener('focusout', leave)
    return () => {
      leave()
      element?.removeEventListener('pointerover', come)
      element?.removeEventListener('focusin', come)
      element?.removeEventListener('pointerleave', leave)
      element?.removeEventListener('focusout', leave)
    }
  }, [list, router])
}

/** Reads the page of the ticket that follows once the one that is shown has been looked at for a moment. */
export function usePrefetchNext(href: string | null) {
  const router = useRouter()
  useEffect(() => {
    if (!href) return
    const timer = setTimeout(() => router.prefetch(href, { kind: PrefetchKind.FULL }), nextAfterMs)
    return () => clearTimeout(timer)
  }, [href, router])
}
