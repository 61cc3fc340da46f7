'use client'

import { useTranslations } from 'next-intl'
import { type ComponentType, createElement, useEffect, useState } from 'react'
import { toast } from './toast'

/** A part of the page that is loaded with the first key or click, so that it is there when one of the next asks for it. */
export interface Part<T> {
  found: T | null
  load: () => Promise<T>
}

export function onDemand<T>(read: () => Promise<T>): Part<T> {
  const part: Part<T> = {
    found: null,
    load: async () => {
      part.found = await read()
      return part.found
    },
  }
  // One that fails is tried again when it is wanted.
  const begin = () => void part.load().catch(() => {})
  if (typeof window !== 'undefined')
    for (const event of ['keydown', 'pointerdown']) window.addEventListener(event, begin, { once: true, capture: true })
  return part
}

/** The part, once it is there. What is typed between asking for it and that goes into what it gives the focus to. */
export function usePart<T>(part: Part<T>, isWanted: boolean, onFailed: () => void): T | null {
  const t = useTranslations('ui')
  const [, drawAgain] = useState(0)
  const isMissing = isWanted && !part.found
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once
  useEffect(() => {
    if (!isMissing) return
    const release = holdKeys()
    const attempt = part.load()
    attempt.then(
      () => drawAgain((times) => times + 1),
      () => {
        toast.error(t('unreachable'))
        onFailed()
      },
    )
    return () => void release()
  }, [isMissing])
  return isWanted ? part.found : null
}

/** A component of such a part: whoever draws it wants it at once. `onFailed` takes that back where it can't be loaded. */
export function drawnOnDemand<P extends object>(read: () => Promise<ComponentType<P>>) {
  const part = onDemand(read)
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, where its module is read
  return function OnDemand({ onFailed, ...props }: P & { onFailed: () => void }) {
    const Found = usePart(part, true, onFailed)
    return Found && createElement(Found, props as unknown as P)
  }
}

/** A part for `Popover.Portal`, which waits for it, and its component, to be drawn within. */
export function withinPopover<P extends object>(read: () => Promise<ComponentType<P>>) {
  const part = onDemand(read)
  return [part, (props: P) => part.found && createElement(part.found, props)] as const
}

/** Keeps what is pressed; whoever lets go of it has it pressed where the focus is then. */
function holdKeys() {
  const held: string[] = []
  function hold(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === 'Shift') return
    held.push(event.key)
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  window.addEventListener('keydown', hold, { capture: true })
  return async () => {
    // What was loaded takes the focus when it is drawn.
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve))
    window.removeEventListener('keydown', hold, { capture: true })
    for (const key of held) {
      press(key)
      // What a key changes is drawn before the next one.
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
}

function press(key: string) {
  const target = document.activeElement ?? document.body
  const isTyped = key.length === 1 && target.matches('input, textarea, [contenteditable=true]')
  // The one way that undoing knows of, and that every field hears.
  if (isTyped) document.execCommand('insertText', false, key)
  else target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
