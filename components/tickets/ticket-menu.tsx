'use client'

import { Ellipsis } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { useKeys } from '@/components/ui/keys'
import { drawnOnDemand, withinPopover } from '@/components/ui/on-demand'
import { Popover } from '@/components/ui/popover'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { AskedOfTicket } from './ticket-menu-items'

const [menu, Items] = withinPopover(async () => (await import('./ticket-menu-items')).TicketMenuItems)
const Asked = drawnOnDemand(async () => (await import('./ticket-menu-items')).AskedByMenu)

interface Props {
  ticket: TicketOutput
  mayRemove: boolean
  /** Whether the reader sees contacts. */
  mayFind: boolean
  timeZone: string
}

/** What is done with a ticket as a whole, behind one button. */
export function TicketMenu({ ticket, mayRemove, mayFind, timeZone }: Props) {
  const t = useTranslations('tickets')
  const trigger = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [asked, setAsked] = useState<AskedOfTicket | null>(null)
  const merge = () => (ticket.abilities.update ? setAsked('merge') : false)
  useKeys({ M: merge })
  function close() {
    setAsked(null)
    trigger.current?.focus()
  }
  return (
    <>
      <Popover.Root open={isOpen} onOpenChange={setOpen}>
        <Popover.Trigger
          ref={trigger}
          aria-label={t('menu.more')}
          title={t('menu.more')}
          className="rounded p-1 hover:bg-surface print:hidden [&_svg]:size-4"
        >
          <Ellipsis aria-hidden />
        </Popover.Trigger>
        <Popover.Portal needs={menu}>
          <Popover.Content
            aria-label={t('menu.more')}
            align="end"
            sideOffset={4}
            collisionPadding={8}
            // What was chosen takes the focus itself.
            onCloseAutoFocus={(event) => asked && event.preventDefault()}
            className="z-50 grid min-w-44 rounded-md border bg-raised p-1 shadow-md print:hidden"
          >
            <Items ticket={ticket} mayRemove={mayRemove} onChosen={() => setOpen(false)} onAsk={setAsked} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {asked && <Asked {...{ asked, ticket, mayFind, timeZone }} onClose={close} onFailed={close} />}
    </>
  )
}
