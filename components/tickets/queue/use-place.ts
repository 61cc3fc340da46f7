'use client'

import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { ListPlace } from './queue'

export const rowsIn = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
export const ticketOf = (row: Element | null | undefined) => row?.getAttribute('href')?.split('/').at(-1)
export const rowOf = (list: HTMLElement | null, id: string | undefined) => rowsIn(list).find((row) => ticketOf(row) === id)

/** A row that the reader sees. */
export function inSight(row: HTMLElement | undefined): HTMLElement | null {
  if (!row) return null
  const { top, bottom } = row.getBoundingClientRect()
  return bottom > 0 && top < window.innerHeight ? row : null
}

/** Remembers how far a list is scrolled and which row has the focus, and puts both back where the list is shown again. */
export function useListPlace(list: RefObject<HTMLElement | null>, place: ListPlace, isKept: boolean) {
  const wasShown = useRef(isKept)
  useLayoutEffect(() => {
    const isAgain = wasShown.current
    wasShown.current = true
    if (!isAgain) return
    const row = rowOf(list.current, place.at)
    row?.focus({ preventScroll: true })
    if (place.scroll === undefined) row?.scrollIntoView({ block: 'center' })
    else window.scrollTo({ top: place.scroll, behavior: 'instant' })
  }, [list, place])
  useEffect(() => {
    const onScroll = () => {
      // Without the list the page is shorter.
      if (list.current?.checkVisibility()) place.scroll = window.scrollY
    }
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.matches('a[data-row]')) place.at = ticketOf(target)
    }
    const element = list.current
    onScroll()
    window.addEventListener('scroll', onScroll, { passive: true })
    element?.addEventListener('focusin', onFocus)
    return () => {
      window.removeEventListener('scroll', onScroll)
      element?.removeEventListener('focusin', onFocus)
    }
  }, [list, place])
}
