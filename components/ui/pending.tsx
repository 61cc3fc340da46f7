'use client'

import { useLinkStatus } from 'next/link'

/**
 * Inside a link: a bar along the top while the page it leads to is slow to come.
 * What is shown stays until then, so that a fast page never flashes a skeleton.
 */
export function Pending() {
  const { pending } = useLinkStatus()
  return pending ? <span aria-hidden className="pending-bar" /> : null
}
