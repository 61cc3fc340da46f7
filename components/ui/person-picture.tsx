'use client'

import { useSyncExternalStore } from 'react'

/** Where the pictures of people are, by the id of the person; asked for once by `PeoplePictures`. */
let known: ReadonlyMap<string, string> = new Map()
const listeners = new Set<() => void>()

export function setPictures(pictures: ReadonlyMap<string, string>) {
  known = pictures
  for (const tell of listeners) tell()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** One that can't be loaded is asked for no more; initials stand in its place. */
const forget = (of: string, at: string) => {
  if (known.get(of) === at) setPictures(new Map([...known].filter(([id]) => id !== of)))
}

/** Covers the initials of a person who has a picture. */
export function PersonPicture({ of }: { of: string }) {
  const at = useSyncExternalStore(
    subscribe,
    () => known.get(of),
    () => undefined,
  )
  return at ? (
    // biome-ignore lint/performance/noImgElement: it has its size already
    <img src={at} alt="" decoding="async" onError={() => forget(of, at)} className="absolute inset-0 size-full object-cover" />
  ) : null
}
