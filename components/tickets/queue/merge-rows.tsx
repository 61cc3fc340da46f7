'use client'

import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRef, useState } from 'react'
import type { ListedTicket } from '../listed'
import { tell } from './cache'

// Loaded when it is opened.
const MergeTicket = dynamic(() => import('../merge-ticket').then((module) => module.MergeTicket), { ssr: false })

interface Props {
  tickets: readonly ListedTicket[]
  onMerged: () => Promise<void>
  onClose: () => void
}

const numberOf = ({ number }: ListedTicket) => Number(number.split('-').at(-1))

/** Asks what a row is merged into; of several the oldest is offered, for one after the other. */
export function MergeRows({ tickets, onMerged, onClose }: Props) {
  const client = useQueryClient()
  const [first, ...others] = [...tickets].sort((a, b) => numberOf(a) - numberOf(b))
  const [left, setLeft] = useState(others.length > 0 ? others : first ? [first] : [])
  const [ticket] = left
  const isMerged = useRef(false)
  if (!ticket) return null
  /** After one is merged comes the next; who closes the dialog is done. */
  function goOn() {
    if (!isMerged.current || left.length === 1) return onClose()
    isMerged.current = false
    setLeft(left.slice(1))
  }
  return (
    <MergeTicket
      key={ticket.id}
      id={ticket.id}
      number={ticket.number}
      requesterEmail={null}
      {...(others.length > 0 && first ? { offered: first.number } : {})}
      onMerged={(into) => {
        isMerged.current = true
        tell(client, [into])
        void onMerged().catch(() => {}) // the next change reads it again
      }}
      onClose={goOn}
    />
  )
}
