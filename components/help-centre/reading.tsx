'use client'

import { useEffect } from 'react'
import { tellReading } from './tell'

/** Counts for how long an article is in sight, and whether it is copied from or printed: told when it goes out of sight. */
export function Reading({ id }: { id: string }) {
  useEffect(() => {
    const nothing = { copies: 0, prints: 0 }
    let read = nothing
    let ms = 0
    let since = document.visibilityState === 'visible' ? performance.now() : null
    let isTold = false
    const tellIt = () => {
      if (since !== null) ms += performance.now() - since
      since = null
      const seconds = Math.round(ms / 1000)
      if (isTold && seconds === 0 && read.copies + read.prints === 0) return
      // A page that was made ahead and never seen was not read.
      if (!isTold && ms === 0) return
      tellReading({ id, seconds: Math.min(seconds, 86_400), copies: Math.min(read.copies, 100), prints: Math.min(read.prints, 100) })
      isTold = true
      read = nothing
      ms = 0
    }
    const change = () => {
      if (document.visibilityState === 'hidden') tellIt()
      else since = performance.now()
    }
    const copy = () => {
      read = { ...read, copies: read.copies + 1 }
    }
    const print = () => {
      read = { ...read, prints: read.prints + 1 }
    }
    document.addEventListener('visibilitychange', change)
    document.addEventListener('copy', copy)
    window.addEventListener('beforeprint', print)
    window.addEventListener('pagehide', tellIt)
    return () => {
      tellIt()
      document.removeEventListener('visibilitychange', change)
      document.removeEventListener('copy', copy)
      window.removeEventListener('beforeprint', print)
      window.removeEventListener('pagehide', tellIt)
    }
  }, [id])
  return null
}
