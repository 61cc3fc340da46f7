import type { Metadata } from 'next'
import { EnterDesk } from '@/components/identity/enter-desk'

export const metadata: Metadata = { title: 'Welcome' }

export default function Enter() {
  return <EnterDesk />
}
