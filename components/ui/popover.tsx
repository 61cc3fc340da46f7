'use client'

import type { Popover as Primitive } from 'radix-ui'
import { type ComponentProps, createContext, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react'
import { onDemand, type Part, usePart } from './on-demand'

const parts = onDemand(async () => (await import('./popover-parts')).Popover)

interface State {
  isOpen: boolean
  isModal: boolean
  setOpen: (isOpen: boolean) => void
  /** Beside what it opens. */
  anchor: RefObject<{ getBoundingClientRect(): DOMRect } | null>
  trigger: RefObject<HTMLButtonElement | null>
}
const Context = createContext<State | null>(null)
const usePopover = () => useContext(Context) as State

interface RootProps {
  open?: boolean
  onOpenChange?: (isOpen: boolean) => void
  /** Nothing beside it can be reached, as within a dialog. */
  modal?: boolean
  children: ReactNode
}

/** As the primitive of Radix, which is loaded when it is first needed. */
function Root({ open, onOpenChange, modal = false, children }: RootProps) {
  const [isOpenHere, setOpenHere] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const anchor = useRef<{ getBoundingClientRect(): DOMRect } | null>(null)
  function setOpen(isOpen: boolean) {
    setOpenHere(isOpen)
    onOpenChange?.(isOpen)
  }
  return <Context value={{ isOpen: open ?? isOpenHere, isModal: modal, setOpen, anchor, trigger }}>{children}</Context>
}

function Trigger({ onClick, ref, ...props }: ComponentProps<'button'>) {
  const { isOpen, setOpen, trigger, anchor } = usePopover()
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      data-state={isOpen ? 'open' : 'closed'}
      {...props}
      ref={(element) => {
        trigger.current = element
        anchor.current = element
        if (typeof ref === 'function') ref(element)
        else if (ref) ref.current = element
      }}
      onClick={(event) => {
        onClick?.(event)
        if (!event.defaultPrevented) setOpen(!isOpen)
      }}
    />
  )
}

/** Opens beside another element than a trigger. */
function Anchor({ virtualRef }: { virtualRef: State['anchor'] }) {
  const { anchor } = usePopover()
  anchor.current = virtualRef.current
  return null
}

const nothing: Part<true> = { found: true, load: async () => true }

/** @param needs what is drawn within, where that is loaded on demand too */
function Portal({ needs = nothing, children }: { needs?: Part<unknown>; children: ReactNode }) {
  const { isOpen, isModal, setOpen, anchor } = usePopover()
  const found = usePart(parts, isOpen, () => setOpen(false))
  const content = usePart(needs, isOpen, () => setOpen(false))
  if (!found || !content) return null
  return (
    <found.Root open onOpenChange={setOpen} modal={isModal}>
      <found.Anchor virtualRef={anchor as RefObject<{ getBoundingClientRect(): DOMRect }>} />
      <found.Portal>{children}</found.Portal>
    </found.Root>
  )
}

function Content({ onInteractOutside, onCloseAutoFocus, ...props }: ComponentProps<typeof Primitive.Content>) {
  const { trigger } = usePopover()
  const isLeft = useRef(false)
  const Loaded = parts.found?.Content
  useEffect(() => {
    isLeft.current = false
  }, [])
  if (!Loaded) return null
  return (
    <Loaded
      {...props}
      onInteractOutside={(event) => {
        onInteractOutside?.(event)
        // The trigger closes it itself.
        if (trigger.current?.contains(event.target as Node)) event.preventDefault()
        else if (!event.defaultPrevented) isLeft.current = true
      }}
      onCloseAutoFocus={(event) => {
        onCloseAutoFocus?.(event)
        if (event.defaultPrevented) return
        event.preventDefault()
        // This comes a moment after it was closed: a key may have moved the focus on by then.
        if (!isLeft.current && document.activeElement === document.body) trigger.current?.focus()
      }}
    />
  )
}

export const Popover = { Root, Trigger, Anchor, Portal, Content }
