'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import type { ListPlace } from './queue/queue'

export interface Selection {
  ids: ReadonlySet<string>
  /** All that the view holds, also what is not on this page. */
  isWhole: boolean
  toggle: (id: string) => void
  /** From the one that was chosen last up to this one. */
  extendTo: (id: string) => void
  choosePage: () => void
  chooseWhole: () => void
  clear: () => void
}

/** Which rows of a list are chosen; rows that leave the list are chosen no more. What was chosen where the reader comes back to is so again. */
export function useSelection(shown: string[], place: ListPlace): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(() => place.chosen ?? new Set())
  const [isWhole, setWhole] = useState(() => place.isWhole ?? false)
  const last = useRef<string | null>(null)
  const key = shown.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when the rows changed
  useEffect(() => setIds((before) => new Set([...before].filter((id) => shown.includes(id)))), [key])
  useEffect(() => void Object.assign(place, { chosen: ids, isWhole }), [place, ids, isWhole])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when the rows changed
  return useMemo(() => {
    const set = (next: Iterable<string>) => {
      setWhole(false)
      setIds(new Set(next))
    }
    return {
      ids,
      isWhole,
      toggle(id) {
        last.current = id
        set(ids.has(id) ? [...ids].filter((other) => other !== id) : [...ids, id])
      },
      extendTo(id) {
        const from = last.current ? shown.indexOf(last.current) : -1
        const to = shown.indexOf(id)
        if (from < 0 || to < 0) return this.toggle(id)
        set([...ids, ...shown.slice(Math.min(from, to), Math.max(from, to) + 1)])
      },
      choosePage: () => set(shown),
      chooseWhole() {
        setIds(new Set(shown))
        setWhole(true)
      },
      clear: () => set([]),
    }
  }, [ids, isWhole, key])
}
