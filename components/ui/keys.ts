'use client'

import { useEffect, useRef } from 'react'

const isBusy = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable=true], [role=dialog]') !== null

/**
 * Single-key shortcuts of a page; not while someone types or a dialog is open.
 * A handler that returns false leaves the key to the browser.
 */
export function useKeys(keys: Record<string, () => unknown>) {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || isBusy(event.target)) return
      const handle = latest.current[event.key]
      if (handle && handle() !== false) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
