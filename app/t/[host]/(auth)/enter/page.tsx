import type { Metadata } from 'next'
import { EnterDesk } from '@/components/people/enter-desk'

export const metadata: Metadata = { title: 'Welcome' }

export default function Enter() {
  return <EnterDesk />
}
