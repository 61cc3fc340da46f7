'use client'

import { useEffect, useState } from 'react'
import type { articlePage } from '@/lib/kb/articles/schema'
import { api } from '@/lib/wiring/client'
import { stillFound } from './still-found'

const waitMs = 150
const mostSuggested = 8

type Titled = (typeof articlePage)['_output']['items'][number]
const none = { q: '', items: [] as Titled[] }

/** Articles whose titles have what is typed, as their writers have them: those in a language first, or those alone. */
export function useTitles(typed: string, locale: string, isOnly?: 'only'): Titled[] {
  const [found, setFound] = useState(none)
  const q = typed.trim()
  useEffect(() => {
    if (q === '') return setFound(none)
    let isOver = false
    const read = async () => {
      const own = (await api.kb.articles({ q, locale, limit: mostSuggested })).items
      if (isOnly || own.length === mostSuggested) return own
      const all = (await api.kb.articles({ q, limit: mostSuggested })).items
      return [...own, ...all.filter(({ id }) => !own.some((one) => one.id === id))].slice(0, mostSuggested)
    }
    const timer = setTimeout(() => {
      read().then(
        (items) => !isOver && setFound({ q, items }),
        () => {}, // nobody waits for it
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [q, locale, isOnly])
  // Whoever types on and chooses at once must not get what only the letters before had found.
  return found.q === q ? found.items : stillFound(found.items, q)
}
