import { getLocale, getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Messages } from 'use-intl'
import { MoreTexts } from '@/components/ui/more-texts'
import { addressOfTexts } from '@/lib/text/texts'

type Name = { [N in keyof Messages & string]: N | `${N}.${keyof Messages[N] & string}` }[keyof Messages & string]

interface Props {
  /** Names of the catalogue, one or two deep. */
  of: Name[]
  children: ReactNode
}

/** The texts that client components below need; all others stay on the server. */
export async function Texts({ of, children }: Props) {
  return <MoreTexts address={addressOfTexts(await getLocale(), await getMessages(), of)}>{children}</MoreTexts>
}
