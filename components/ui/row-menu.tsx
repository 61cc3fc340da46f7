'use client'

import { Copy, Ellipsis, type LucideIcon, Pencil, Power, PowerOff, Trash2, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { cn } from './cn'
import { Link } from './link'

const icons = { edit: Pencil, duplicate: Copy, turnOn: Power, turnOff: PowerOff, remove: X, delete: Trash2 } as const

interface Named {
  /** One of the verbs that mean the same in every list. */
  verb?: keyof typeof icons
  /** For what only this list can do. */
  name?: string
  icon?: LucideIcon
  isDangerous?: boolean
}
/** What is done at once, what is opened first, or where it leads. */
export type RowAction = Named & ({ onUse: () => unknown } | { dialog: (onClose: () => void) => ReactNode } | { href: string })

interface Props {
  /** What the row is called. */
  of: string
  /** Those that the reader may not take are left out as null or false. */
  actions: readonly (RowAction | false | null)[]
  isPending?: boolean
}

const item = 'flex w-full cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-start outline-none data-highlighted:bg-line/60'

/** What can be done with a row, behind one button at its end. */
export function RowMenu({ of, actions, isPending }: Props) {
  const t = useTranslations('ui')
  const trigger = useRef<HTMLButtonElement>(null)
  const [asked, setAsked] = useState<number | null>(null)
  const offered = actions.filter((action) => action !== null && action !== false)
  const open = asked === null ? undefined : offered[asked]
  function close() {
    setAsked(null)
    trigger.current?.focus()
  }
  if (offered.length === 0) return null
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          ref={trigger}
          disabled={isPending}
          aria-label={t('moreFor', { name: of })}
          title={t('moreFor', { name: of })}
          className="grid size-8 shrink-0 place-items-center rounded-md hover:bg-line/60 data-[state=open]:bg-line/60 disabled:opacity-55 print:hidden"
        >
          <Ellipsis aria-hidden className="size-4" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            // What was chosen takes the focus itself.
            onCloseAutoFocus={(event) => asked !== null && event.preventDefault()}
            className="z-30 min-w-44 rounded-md border bg-raised p-1 text-sm shadow-md"
          >
            {offered.map((action, at) => {
              const Icon = action.icon ?? (action.verb && icons[action.verb])
              const name = action.name ?? t(`verbs.${action.verb ?? 'edit'}`)
              const isDangerous = action.isDangerous ?? (action.verb === 'delete' || action.verb === 'remove')
              const drawn = (
                <>
                  {Icon && <Icon aria-hidden className="size-4 shrink-0" />} {name}
                </>
              )
              const className = cn(item, isDangerous && 'text-danger')
              return 'href' in action ? (
                <DropdownMenu.Item key={name} asChild className={className}>
                  <Link href={action.href}>{drawn}</Link>
                </DropdownMenu.Item>
              ) : (
                <DropdownMenu.Item
                  key={name}
                  className={className}
                  onSelect={() => ('onUse' in action ? void action.onUse() : setAsked(at))}
                >
                  {drawn}
                </DropdownMenu.Item>
              )
            })}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {open && 'dialog' in open && open.dialog(close)}
    </>
  )
}
