'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from './cn'
import { Link } from './link'
import { Pending } from './pending'

interface Props {
  href: string
  children: ReactNode
  className?: string
}

/** Whether a link of a navigation leads to where we are. */
export function leadsHere(href: string, pathname: string, query: Pick<URLSearchParams, 'get' | 'has'>): boolean {
  const path = pathname.replace(/(?<=.)\/$/, '') // as an address with a slash at its end says it too
  const target = new URL(href, 'http://x')
  const wantsView = target.searchParams.get('view')
  // A page below a page of a navigation is a part of it: `/settings/sla/new` of `/settings/sla`, but not of `/settings`.
  const isWithin = target.pathname.lastIndexOf('/') > 0 && path.startsWith(`${target.pathname}/`)
  const isView = !wantsView || (query.get('view') ?? (query.has('q') ? 'all' : 'mine')) === wantsView
  return isWithin || (path === target.pathname && isView)
}

/** A link of a navigation that knows whether it leads to where we are. */
export function NavLink({ href, children, className }: Props) {
  const isHere = leadsHere(href, usePathname(), useSearchParams())
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    // On a narrow screen the navigation scrolls sideways.
    if (isHere && window.innerWidth < 768) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [isHere])
  return (
    <Link ref={link} href={href} aria-current={isHere ? 'page' : undefined} className={cn('nav-link', className)}>
      {children}
      <Pending />
    </Link>
  )
}
