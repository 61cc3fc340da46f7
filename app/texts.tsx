import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Messages } from 'use-intl'
import { MoreTexts } from '@/components/ui/more-texts'

type Name = { [N in keyof Messages & string]: N | `${N}.${keyof Messages[N] & string}` }[keyof Messages & string]

interface Props {
  /** Names of the catalogue, one or two deep. */
  of: Name[]
  children: ReactNode
}

type Catalogue = Record<string, Record<string, unknown>>

/** The texts that client components below need; all others stay on the server. */
export async function Texts({ of, children }: Props) {
  const messages = (await getMessages()) as unknown as Catalogue
  const picked: Catalogue = {}
  for (const name of of) {
    const [top, part] = name.split('.') as [string, string?]
    const all = messages[top] as Record<string, unknown>
    picked[top] = part ? { ...picked[top], [part]: all[part] } : all
  }
  return <MoreTexts messages={picked}>{children}</MoreTexts>
}
