import { getMessages } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Messages } from 'use-intl'
import { MoreTexts } from '@/components/ui/more-texts'

interface Props {
  /** Top-level names of the catalogue. */
  of: (keyof Messages)[]
  children: ReactNode
}

/** The texts that client components below need; all others stay on the server. */
export async function Texts({ of, children }: Props) {
  const messages = await getMessages()
  return <MoreTexts messages={Object.fromEntries(of.map((name) => [name, messages[name]]))}>{children}</MoreTexts>
}
