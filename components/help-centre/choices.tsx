'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { tellChoice } from './tell'

interface Props {
  query: string
  locale: string
  className?: string
  children: ReactNode
}

/** Counts which of the results of a search is chosen: links in it that have `data-article` and `data-rank`. */
export function Choices({ query, locale, className, children }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const results = box.current
    const choose = ({ target }: Event) => {
      const { article, rank } = (target as Element).closest<HTMLElement>('a[data-article]')?.dataset ?? {}
      if (article) tellChoice({ id: article, query, locale, rank: Number(rank), place: 'results' })
    }
    results?.addEventListener('click', choose)
    // By the middle button, into a tab of its own.
    results?.addEventListener('auxclick', choose)
    return () => {
      results?.removeEventListener('click', choose)
      results?.removeEventListener('auxclick', choose)
    }
  }, [query, locale])
  return (
    <div ref={box} className={className}>
      {children}
    </div>
  )
}
