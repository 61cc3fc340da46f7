'use client'

import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import type { ListedTicket } from '../listed'
import { noteActs, tell } from './cache'

// Loaded when it is opened.
const MergeTicket = dynamic(() => import('../merge-ticket').then((module) => module.MergeTicket), { ssr: false })

interface Props {
  ticket: ListedTicket
  onMerged: () => Promise<void>
  onClose: () => void
}

/** Asks what a row is merged into. */
export function MergeRow({ ticket: { id, number }, onMerged, onClose }: Props) {
  const client = useQueryClient()
  return (
    <MergeTicket
      id={id}
      number={number}
      requesterEmail={null}
      onMerged={(into) => {
        noteActs(client, [id])
        tell(client, [into])
        void onMerged().catch(() => {}) // the next change reads it again
      }}
      onClose={onClose}
    />
  )
}
