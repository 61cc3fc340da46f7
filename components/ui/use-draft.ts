'use client'

import { useEffect, useState } from 'react'

/** Text that survives a reload on this device until it is sent. Loaded after the first render, which the server made. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState('')
  useEffect(() => setText(localStorage.getItem(key) ?? ''), [key])
  function keep(next: string) {
    setText(next)
    if (next) localStorage.setItem(key, next)
    else localStorage.removeItem(key)
  }
  return [text, keep]
}
