'use client'

import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { hasActed } from './cache'
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

/** The focus goes to the row that had it last or, where that has left the list, to the one that stands in its place. */
export function focusAgain(list: HTMLElement | null, { at, index = 0 }: ListPlace) {
  const row = rowOf(list, at) ?? rowsIn(list).at(index) ?? rowsIn(list).at(-1)
  row?.focus({ preventScroll: true })
}

/**
 * The row that is `step` rows on from where the reader is. Where their row has left the list, the one that took its place is the
 * next, as nothing has moved on screen.
 */
export function rowFrom(list: HTMLElement | null, { at, index = 0 }: ListPlace, step: 1 | -1): HTMLAnchorElement | undefined {
  const rows = rowsIn(list)
  const focused = rows.indexOf(document.activeElement as HTMLAnchorElement)
  const last = focused >= 0 ? focused : rows.findIndex((row) => ticketOf(row) === at)
  const next = last >= 0 ? last + step : at === undefined ? 0 : step > 0 ? index : index - 1
  return rows[Math.min(Math.max(next, 0), rows.length - 1)]
}

/**
 * Remembers how far a list is scrolled and which row has the focus, and puts both back where the list is shown again. A row that
 * leaves by the reader's own change hands its focus to the next; after somebody else's no row has it until the reader moves, so that
 * a key that is pressed then is for no ticket but the one it was meant for.
 */
export function useListPlace(list: RefObject<HTMLElement | null>, place: ListPlace, isKept: boolean, tickets: readonly unknown[]) {
  const wasShown = useRef(isKept)
  const client = useQueryClient()
  useLayoutEffect(() => {
    const isAgain = wasShown.current
    wasShown.current = true
    if (!isAgain) return
    const row = rowOf(list.current, place.at)
    focusAgain(list.current, place)
    if (place.scroll === undefined) row?.scrollIntoView({ block: 'center' })
    else window.scrollTo({ top: place.scroll, behavior: 'instant' })
  }, [list, place])
  useEffect(() => {
    const onScroll = () => {
      // Without the list the page is shorter.
      if (list.current?.checkVisibility()) place.scroll = window.scrollY
    }
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLAnchorElement) || !target.matches('a[data-row]')) return
      place.at = ticketOf(target)
      place.index = rowsIn(element).indexOf(target)
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows leave the list when it is read anew
  useEffect(() => {
    const isLost = place.at !== undefined && !rowOf(list.current, place.at) && hasActed(client, place.at)
    if (isLost && document.activeElement === document.body && list.current?.checkVisibility()) focusAgain(list.current, place)
  }, [list, place, tickets, client])
}
