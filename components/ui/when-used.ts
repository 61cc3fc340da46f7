'use client'

import { useSyncExternalStore } from 'react'

const signs = ['pointermove', 'pointerdown', 'keydown', 'focusin', 'wheel'] as const
/** Somebody may read without moving. */
const longestMs = 3000

/**
 * Calls once somebody uses the page, in a moment in which the browser has nothing else to do; at the latest after three seconds.
 * For what a page can do without until then. @returns what takes it back
 */
export function whenUsed(then: () => void): () => void {
  const asked = new AbortController()
  const { signal } = asked
  function begin() {
    if (signal.aborted) return
    asked.abort()
    clearTimeout(timer)
    idle = requestSoon(then)
  }
  let idle: (() => void) | undefined
  const timer = setTimeout(begin, longestMs)
  for (const sign of signs) window.addEventListener(sign, begin, { signal, capture: true, passive: true })
  return () => {
    asked.abort()
    clearTimeout(timer)
    idle?.()
  }
}

function requestSoon(then: () => void): () => void {
  // Safari has none.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(then, 50)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(then, { timeout: 500 })
  return () => cancelIdleCallback(request)
}

let isUsed = false
const listeners = new Set<() => void>()
let isListening = false

function listen(then: () => void) {
  listeners.add(then)
  if (!isListening) {
    isListening = true
    whenUsed(() => {
      isUsed = true
      for (const each of listeners) each()
    })
  }
  return () => void listeners.delete(then)
}

/** Whether somebody uses the page, or one before it. */
export const useIsUsed = () =>
  useSyncExternalStore(
    listen,
    () => isUsed,
    () => false,
  )
