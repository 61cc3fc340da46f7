'use client'

import { NextIntlClientProvider, useLocale, useMessages } from 'next-intl'
import { type ReactNode, use } from 'react'
import { preload } from 'react-dom'
import type { Messages } from 'use-intl'
import { formats } from '@/lib/text/formats'
import { handedOver, type Texts } from '@/lib/text/handed-over'

const reading = new Map<string, Promise<void>>()
const attempts = 4

/** Adds texts to those that the page around has brought already. A browser reads them once, beside the page's scripts. */
export function MoreTexts({ address, children }: { address: string; children: ReactNode }) {
  const known = useMessages() as unknown as Texts
  const texts = textsAt(address)
  const joined = Object.fromEntries(Object.entries(texts).map(([name, more]) => [name, { ...known[name], ...more }]))
  return (
    <NextIntlClientProvider locale={useLocale()} formats={formats} messages={{ ...known, ...joined } as unknown as Messages}>
      {children}
    </NextIntlClientProvider>
  )
}

function textsAt(address: string): Texts {
  if (typeof window === 'undefined') preload(address, { as: 'fetch', crossOrigin: 'anonymous' })
  else if (!handedOver.has(address)) use(reading.get(address) ?? read(address))
  return handedOver.get(address) as Texts
}

function read(address: string): Promise<void> {
  const texts = fetchTexts(address, attempts).then((found) => void handedOver.set(address, found))
  reading.set(address, texts)
  texts.catch(() => reading.delete(address))
  return texts
}

async function fetchTexts(address: string, left: number): Promise<Texts> {
  try {
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(`${answer.status} for ${address}`)
    return await answer.json()
  } catch (error) {
    if (left <= 1) throw error
    await new Promise((resolve) => setTimeout(resolve, 500 * (attempts - left + 1)))
    return fetchTexts(address, left - 1)
  }
}
