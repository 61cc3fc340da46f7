'use client'

import { Menu } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { type MouseEvent, useState } from 'react'
import { NavLink } from '@/components/ui/nav-link'
import { Sheet } from '@/components/ui/sheet'

interface Group {
  title: string
  pages: { name: string; href: string }[]
}

interface Props {
  /** "Settings". */
  label: string
  groups: Group[]
}

/** On a phone: which page of the settings this is, and a sheet with all of them. */
export function SettingsMenu({ label, groups }: Props) {
  const path = usePathname()
  const [isOpen, setOpen] = useState(false)
  const here = groups
    .flatMap(({ pages }) => pages)
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0]
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
        className="flex h-10 min-w-0 items-center gap-2 rounded-md border bg-raised px-3 font-medium md:hidden"
      >
        <Menu aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="sr-only">{label}:</span>
        <span className="truncate">{here?.name ?? label}</span>
      </button>
      <Sheet title={label} isOpen={isOpen} onOpenChange={setOpen}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link within is a click too */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: its links are what is used */}
        <div className="sheet-links grid gap-4" onClick={({ target }: MouseEvent) => (target as Element).closest('a') && setOpen(false)}>
          {groups.map(({ title, pages }) => (
            <section key={title}>
              <h2 className="px-2.5 pb-1 text-xs font-semibold text-muted uppercase">{title}</h2>
              {pages.map(({ name, href }) => (
                <NavLink key={href} href={href}>
                  {name}
                </NavLink>
              ))}
            </section>
          ))}
        </div>
      </Sheet>
    </>
  )
}
