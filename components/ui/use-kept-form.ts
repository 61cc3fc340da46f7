'use client'

import { type RefObject, useEffect } from 'react'

/**
 * Keeps what is typed into a form on this device until it was sent, so that a
 * reload loses nothing. `clearKept` forgets it.
 */
export function useKeptForm(form: RefObject<HTMLFormElement | null>, key: string, names: readonly string[]) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names are the same all the time
  useEffect(() => {
    const shown = form.current
    if (!shown) return
    const field = (name: string) => shown.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement | null
    const kept = read(key)
    for (const name of names) {
      const input = field(name)
      if (input && !input.value && kept[name]) input.value = kept[name]
    }
    const keep = () => {
      const typed = Object.fromEntries(names.flatMap((name) => (field(name)?.value ? [[name, field(name)?.value]] : [])))
      sessionStorage.setItem(key, JSON.stringify(typed))
    }
    shown.addEventListener('input', keep)
    return () => shown.removeEventListener('input', keep)
  }, [form, key])
}

export const clearKept = (key: string) => sessionStorage.removeItem(key)

function read(key: string): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}
