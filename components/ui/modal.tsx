'use client'

import type { Dialog as Primitive } from 'radix-ui'
import type { ComponentProps } from 'react'
import { onDemand, usePart } from './on-demand'

const parts = onDemand(async () => (await import('./dialog-parts')).Dialog)

/** As the primitive of Radix, which is loaded when it is first needed. */
function Root({ open = false, onOpenChange, ...props }: ComponentProps<typeof Primitive.Root>) {
  const found = usePart(parts, open, () => onOpenChange?.(false))
  return found && <found.Root open onOpenChange={onOpenChange} {...props} />
}

/** What stands within `Root` is drawn once it is there. */
const within = () => parts.found as typeof Primitive

function Portal(props: ComponentProps<typeof Primitive.Portal>) {
  const Loaded = within().Portal
  return <Loaded {...props} />
}

function Overlay(props: ComponentProps<typeof Primitive.Overlay>) {
  const Loaded = within().Overlay
  return <Loaded {...props} />
}

function Content(props: ComponentProps<typeof Primitive.Content>) {
  const Loaded = within().Content
  return <Loaded {...props} />
}

function Title(props: ComponentProps<typeof Primitive.Title>) {
  const Loaded = within().Title
  return <Loaded {...props} />
}

function Close(props: ComponentProps<typeof Primitive.Close>) {
  const Loaded = within().Close
  return <Loaded {...props} />
}

export const Modal = { Root, Portal, Overlay, Content, Title, Close }
