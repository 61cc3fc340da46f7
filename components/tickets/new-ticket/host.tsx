'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { newTicketAddress, newTicketEvent } from './address'
import type { NewTicketProps } from './dialog'

// Loaded when it is opened.
const NewTicketDialog = dynamic(() => import('./dialog').then((module) => module.NewTicketDialog), { ssr: false })

/** The dialog for a new ticket, on every page of the workspace, by its address. */
export function NewTicketHost(props: NewTicketProps) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const follow = () => setOpen(window.location.hash === newTicketAddress)
    const onSaid = (event: Event) => setOpen((event as CustomEvent<boolean>).detail)
    follow()
    window.addEventListener(newTicketEvent, onSaid)
    window.addEventListener('popstate', follow)
    return () => {
      window.removeEventListener(newTicketEvent, onSaid)
      window.removeEventListener('popstate', follow)
    }
  }, [])
  return isOpen ? <NewTicketDialog {...props} /> : null
}
