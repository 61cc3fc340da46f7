'use client'

import { useRouter } from 'next/navigation'
import { useChanges } from '@/components/realtime/provider'
import { channels } from '@/lib/realtime/schema'

/** Keeps a customer's page of a request true while the team works on it. */
export function LiveRequest({ ticketId, since }: { ticketId: string; since: number }) {
  const router = useRouter()
  useChanges(channels.request(ticketId), { since }, () => router.refresh())
  return null
}
