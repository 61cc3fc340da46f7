'use client'

import { useEffect, useState } from 'react'
import { api } from '@/lib/wiring/client'

const waitMs = 150
const shortest = 3
const most = 4

const nothing: Awaited<ReturnType<typeof api.kb.publicSearch>>['items'] = []

/** The articles that answer what somebody is typing; those that only come near are none. */
export function useFoundArticles(typed: string, locale: string | undefined) {
  const query = typed.trim().slice(0, 200)
  const isEnough = locale !== undefined && query.length >= shortest
  const [found, setFound] = useState(nothing)
  useEffect(() => {
    if (!isEnough) return setFound(nothing)
    let isOver = false
    const timer = setTimeout(() => {
      api.kb.publicSearch({ query, locale, isTyping: true, topK: most }).then(
        ({ items, certainty }) => !isOver && setFound(certainty === 'nearest' ? nothing : items),
        () => {}, // nobody waits for it
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [query, isEnough, locale])
  return found
}
