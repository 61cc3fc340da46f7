'use client'

import { Ellipsis, Inbox, ListFilter, Plus, Users } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type MouseEvent, useState } from 'react'
import { openNewTicket } from '@/components/tickets/new-ticket/address'
import { drawnByStyle } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import { Sheet } from '@/components/ui/sheet'
import { type NavigationProps, PlaceLinks, ViewLinks } from './navigation'

const item =
  'grid min-w-0 flex-1 content-center justify-items-center gap-0.5 px-1 text-muted aria-[current=page]:text-foreground aria-expanded:text-foreground [&_svg]:size-5'
const name = 'max-w-full truncate text-[11px] leading-4'

/** Where one can go, below the page of a phone; what does not fit is in sheets. */
export function BottomBar({ mayCreate, ...navigation }: NavigationProps & { mayCreate: boolean }) {
  const t = useTranslations('agent')
  const path = usePathname()
  const [sheet, setSheet] = useState<'views' | 'more' | null>(null)
  const closeWhenLeft = ({ target }: MouseEvent) => (target as Element).closest('a') && setSheet(null)
  const here = (of: string) => (path === of ? 'page' : undefined)
  return (
    <>
      <nav aria-label={t('bar')} className="bottom-bar fixed inset-x-0 bottom-0 z-30 flex border-t bg-surface md:hidden print:hidden">
        <Link href="/agent" aria-current={here('/agent')} className={item}>
          <Inbox {...drawnByStyle} />
          <span className={name}>{t('tickets')}</span>
        </Link>
        <button type="button" aria-haspopup="dialog" aria-expanded={sheet === 'views'} onClick={() => setSheet('views')} className={item}>
          <ListFilter {...drawnByStyle} />
          <span className={name}>{t('views')}</span>
        </button>
        {mayCreate && (
          <button type="button" aria-haspopup="dialog" onClick={openNewTicket} className={item}>
            <Plus {...drawnByStyle} />
            <span className={name}>{t('new')}</span>
          </button>
        )}
        <Link href="/agent/contacts" aria-current={here('/agent/contacts')} className={item}>
          <Users {...drawnByStyle} />
          <span className={name}>{t('contacts')}</span>
        </Link>
        <button type="button" aria-haspopup="dialog" aria-expanded={sheet === 'more'} onClick={() => setSheet('more')} className={item}>
          <Ellipsis {...drawnByStyle} />
          <span className={name}>{t('more')}</span>
        </button>
      </nav>
      <Sheet title={t('views')} isOpen={sheet === 'views'} onOpenChange={(isOpen) => setSheet(isOpen ? 'views' : null)}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link within is a click too */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: its links are what is used */}
        <div onClick={closeWhenLeft} className="sheet-links">
          <ViewLinks saved={navigation.saved} />
        </div>
      </Sheet>
      <Sheet title={t('more')} isOpen={sheet === 'more'} onOpenChange={(isOpen) => setSheet(isOpen ? 'more' : null)}>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link within is a click too */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: its links are what is used */}
        <div onClick={closeWhenLeft} className="sheet-links">
          <PlaceLinks {...navigation} />
        </div>
      </Sheet>
    </>
  )
}
