'use client'

import { NextIntlClientProvider, useLocale, useMessages } from 'next-intl'
import type { ReactNode } from 'react'
import type { Messages } from 'use-intl'

type Catalogue = Record<string, Record<string, unknown>>

/** Adds texts to those that the page around has brought already. */
export function MoreTexts({ messages, children }: { messages: Catalogue; children: ReactNode }) {
  const known = useMessages() as unknown as Catalogue
  const joined = Object.fromEntries(Object.entries(messages).map(([name, texts]) => [name, { ...known[name], ...texts }]))
  return (
    <NextIntlClientProvider locale={useLocale()} messages={{ ...known, ...joined } as unknown as Messages}>
      {children}
    </NextIntlClientProvider>
  )
}
