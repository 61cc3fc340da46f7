'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { newTicketAddress, openNewTicket } from '@/components/tickets/new-ticket/address'
import { useKeys } from '@/components/ui/keys'
import { drawnOnDemand } from '@/components/ui/on-demand'
import type { CommandsProps } from './commands'

const Commands = drawnOnDemand(async () => (await import('./commands')).Commands)
const KeyHelp = drawnOnDemand(async () => (await import('./key-help')).KeyHelp)

/** Keys that mean the same everywhere, with what they open: the commands, and what keys do. */
export function Palette({ places, mayCreate, mayTake }: Pick<CommandsProps, 'places' | 'mayCreate' | 'mayTake'>) {
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const [isHelp, setHelp] = useState(false)
  useEffect(() => {
    const toggle = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.defaultPrevented) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    window.addEventListener('keydown', toggle)
    return () => window.removeEventListener('keydown', toggle)
  }, [])
  const newTicket = () => (window.location.pathname.startsWith('/agent') ? openNewTicket() : router.push(`/agent${newTicketAddress}`))
  const showHelp = () => setHelp(true)
  useKeys({
    c: () => (mayCreate ? newTicket() : false),
    '?': showHelp,
    'g i': () => router.push('/agent'),
    'g c': () => router.push('/agent/contacts'),
    'g k': () => (places.some(({ href }) => href === '/agent/kb') ? router.push('/agent/kb') : false),
    'g s': () => router.push('/settings'),
  })
  const close = () => setOpen(false)
  const closeHelp = () => setHelp(false)
  return (
    <>
      {isOpen && <Commands {...{ places, mayCreate, mayTake, newTicket, showHelp }} onClose={close} onFailed={close} />}
      {isHelp && <KeyHelp onClose={closeHelp} onFailed={closeHelp} />}
    </>
  )
}
