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

/** What was pressed while parts were on their way, and how many still are. */
const held: KeyboardEventInit[] = []
let loading = 0
let isPlaying = false
/** A key that is played here is no new one. */
let isPressing = false

/** Whether a key that somebody else plays has to wait for those before it; then it is pressed after them. */
export function waitsInLine(key: string): boolean {
  if (loading === 0 && !isPlaying) return false
  held.push({ key })
  return true
}

function hold(event: KeyboardEvent) {
  const isShortcut = event.ctrlKey || event.metaKey || event.altKey
  // Browsers keep their own shortcuts.
  if (isPressing || event.key === 'Shift' || (isShortcut && event.key !== 'Enter')) return
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event
  held.push({ key, ctrlKey, metaKey, altKey, shiftKey })
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** Keeps what is pressed; once nothing is on its way any more it is pressed where the focus is then, in the order in which it was. */
function holdKeys() {
  loading++
  // One that is there already is not added again.
  window.addEventListener('keydown', hold, { capture: true })
  return async () => {
    loading--
    if (isPlaying) return
    isPlaying = true
    await play()
    isPlaying = false
    if (loading === 0) window.removeEventListener('keydown', hold, { capture: true })
  }
}

async function play() {
  // What was loaded takes the focus when it is drawn.
  for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve))
  // What a key opens may have to be loaded as well: the rest waits for that.
  for (let key = next(); key; key = next()) {
    press(key)
    // What a key changes is drawn before the next one.
    await new Promise((resolve) => setTimeout(resolve))
  }
}

const next = () => (loading === 0 ? held.shift() : undefined)

function press(event: KeyboardEventInit) {
  const { key = '', ctrlKey, metaKey } = event
  const target = document.activeElement ?? document.body
  const isTyped = key.length === 1 && !ctrlKey && !metaKey && target.matches('input, textarea, [contenteditable=true]')
  // The one way that undoing knows of, and that every field hears.
  isPressing = true
  if (isTyped) document.execCommand('insertText', false, key)
  else target.dispatchEvent(new KeyboardEvent('keydown', { ...event, bubbles: true, cancelable: true }))
  isPressing = false
}
