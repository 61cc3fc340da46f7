'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { newTicketAddress } from './address'
import type { NewTicketProps } from './dialog'

// Loaded when it is opened.
const NewTicketDialog = dynamic(() => import('./dialog').then((module) => module.NewTicketDialog), { ssr: false })

/** The dialog for a new ticket, on every page of the workspace, by its address. */
export function NewTicketHost(props: NewTicketProps) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const follow = () => setOpen(window.location.hash === newTicketAddress)
    follow()
    window.addEventListener('hashchange', follow)
    window.addEventListener('popstate', follow)
    return () => {
      window.removeEventListener('hashchange', follow)
      window.removeEventListener('popstate', follow)
    }
  }, [])
  return isOpen ? <NewTicketDialog {...props} /> : null
}
