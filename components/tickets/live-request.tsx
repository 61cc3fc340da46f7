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

/** The same for somebody who takes part in a request of another: told on their own channel of what they see, and of nothing else. */
export function LiveParticipation({ personId, since }: { personId: string; since: number }) {
  const router = useRouter()
  useChanges(channels.user(personId), { since }, (changes) => {
    if (!changes || changes.some(({ type }) => type === 'participation.changed')) router.refresh()
  })
  return null
}
