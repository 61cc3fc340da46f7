import type { Metadata } from 'next'
import { MagicLink } from '@/components/people/magic-link'

export const metadata: Metadata = { title: 'Sign in by mail' }

export default function Page() {
  return <MagicLink />
}
