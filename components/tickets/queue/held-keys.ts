'use client'

import { useEffect } from 'react'
import { isBusy } from '@/components/ui/keys'
import { waitsInLine } from '@/components/ui/on-demand'

/** These are about going on or back, which needs no page. */
const heardAtOnce = ['j', 'k', 'g', 'Escape']

/**
 * Keys that are pressed before a page is there are held, in their order, and are for it once it is. They are for no other page:
 * whoever goes elsewhere meanwhile leaves them behind.
 * @param path of the page that comes
 */
export function useHeldKeys(path: string) {
  useEffect(() => {
    const held: string[] = []
    let isThere = false
    function onKey(event: KeyboardEvent) {
      const { key } = event
      // What is pressed here, below, is for the page.
      if (!event.isTrusted || event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
      // What comes while others are still held waits its turn, wherever the focus is by then.
      if (!isThere && (isWriting(event.target) || (held.length === 0 && heardAtOnce.includes(key)))) return
      if (key === 'Escape') held.length = 0
      if (key.length > 1 && key !== 'Enter') return
      event.preventDefault()
      event.stopImmediatePropagation()
      held.push(key)
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => {
      isThere = true
      if (window.location.pathname !== path) return window.removeEventListener('keydown', onKey, { capture: true })
      // What the page hears them with is there after this.
      setTimeout(async () => {
        for (let key = held.shift(); key !== undefined; key = held.shift()) {
          press(key)
          await new Promise((resolve) => setTimeout(resolve)) // what it opened has the focus then
        }
        window.removeEventListener('keydown', onKey, { capture: true })
      })
    }
  }, [path])
}

/** What had the focus on the page before may have it still, though it is not shown any more. */
const isWriting = (target: EventTarget | null) => isBusy(target) && (target as HTMLElement).checkVisibility()

const isField = (element: Element | null) => element instanceof HTMLElement && (element.isContentEditable || 'selectionStart' in element)

function press(key: string) {
  // What the first of them opened may be on its way.
  if (waitsInLine(key)) return
  const { activeElement } = document
  if (isField(activeElement)) document.execCommand('insertText', false, key === 'Enter' ? '\n' : key)
  else (activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
