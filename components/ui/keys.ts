'use client'

import { useEffect, useRef } from 'react'

/** Whether keys are for something else than the page: a field or a dialog. */
export const isBusy = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable=true], [role=dialog]') !== null

/** How soon the second key of two has to follow. */
const sequenceMs = 1500

/**
 * Shortcuts of a page: single keys, and two after each other (`g i`), of which the second is then no single key for anybody. Not
 * while someone types or a dialog is open. A handler that returns false leaves the key to others.
 */
export function useKeys(keys: Record<string, () => unknown>) {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const before = { key: '', at: 0 }
    const isOurs = (event: KeyboardEvent) =>
      !(event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || isBusy(event.target))
    const use = (event: KeyboardEvent, name: string) => {
      const handle = latest.current[name]
      if (handle && handle() !== false) event.preventDefault()
    }
    function onSecond(event: KeyboardEvent) {
      if (!isOurs(event)) return
      const { key, at } = before
      Object.assign(before, { key: event.key, at: event.timeStamp })
      if (event.timeStamp - at <= sequenceMs) use(event, `${key} ${event.key}`)
    }
    const onKey = (event: KeyboardEvent) => isOurs(event) && use(event, event.key)
    window.addEventListener('keydown', onSecond, { capture: true })
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('keydown', onSecond, { capture: true })
      window.removeEventListener('keydown', onKey)
    }
  }, [])
}
