'use client'

import { useEffect } from 'react'
import { setPictures } from '@/components/ui/person-picture'
import { api } from '@/lib/wiring/client'

const freshMs = 10 * 60_000
let readAt = 0

/** Reads which people have a picture. Without an answer they are shown by their initials. */
export async function readPictures() {
  readAt = Date.now()
  const { items } = await api.people.avatars().catch(() => ({ items: [] }))
  setPictures(new Map(items.map(({ id, address }) => [id, address])))
}

/** Behind the page: nothing waits for pictures. */
export function PeoplePictures() {
  useEffect(() => {
    if (Date.now() - readAt > freshMs) void readPictures()
  }, [])
  return null
}
