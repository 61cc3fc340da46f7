'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { formState } from './form-state'

interface Props extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** Sends the form; true means that it is saved. */
  onSubmit: (form: FormData) => Promise<boolean>
}

/** A form that asks before anybody leaves the page with changes that are not saved: by a link, back, or closing the tab. */
export function GuardedForm({ onSubmit, ...props }: Props) {
  const t = useTranslations('ui')
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  /** The form before it was touched. */
  const untouched = useRef<string | null>(null)
  /** An entry of the history that going back takes away first: what was there before can't be held on to otherwise. */
  const hasEntry = useRef(false)
  const [leaveFor, setLeaveFor] = useState<(() => void) | null>(null)
  const isChanged = () => untouched.current !== null && form.current !== null && formState(form.current) !== untouched.current
  function touch() {
    if (form.current) untouched.current ??= formState(form.current)
    // Once the page shows what was done.
    setTimeout(holdBack)
  }
  function holdBack() {
    if (hasEntry.current || !isChanged()) return
    hasEntry.current = true
    window.history.pushState(window.history.state, '')
  }
  const latest = useRef(isChanged)
  useEffect(() => {
    latest.current = isChanged
  })
  useEffect(() => {
    function onUnload(event: BeforeUnloadEvent) {
      if (latest.current()) event.preventDefault()
    }
    function onClick(event: MouseEvent) {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
      if (!link || link.target || link.hasAttribute('download') || event.metaKey || event.ctrlKey || !latest.current()) return
      event.preventDefault()
      event.stopPropagation()
      const { origin, pathname, search, hash, href } = link
      setLeaveFor(() => () => (origin === window.location.origin ? router.push(pathname + search + hash) : window.location.assign(href)))
    }
    function onBack() {
      if (!hasEntry.current) return
      hasEntry.current = false
      if (!latest.current()) return window.history.back()
      setLeaveFor(() => () => window.history.back())
    }
    window.addEventListener('beforeunload', onUnload)
    window.addEventListener('popstate', onBack)
    document.addEventListener('click', onClick, true)
    return () => {
      window.removeEventListener('beforeunload', onUnload)
      window.removeEventListener('popstate', onBack)
      document.removeEventListener('click', onClick, true)
    }
  }, [router])
  function stay() {
    setLeaveFor(null)
    holdBack()
  }
  function discard() {
    untouched.current = null
    setLeaveFor(null)
    leaveFor?.()
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: it only looks whether something changed, which a key says by its focus and input */}
      <form
        {...props}
        ref={form}
        onFocusCapture={touch}
        onPointerDownCapture={touch}
        onInput={touch}
        onClick={touch}
        onSubmit={async (event) => {
          event.preventDefault()
          if (await onSubmit(new FormData(event.currentTarget))) untouched.current = null
        }}
      />
      <Dialog title={t('discardChanges')} says={t('leaveUnsaved')} isOpen={leaveFor !== null} onOpenChange={stay}>
        <div className="flex justify-end gap-2">
          <Button onClick={stay}>{t('keepEditing')}</Button>
          <Button variant="danger" onClick={discard}>
            {t('discard')}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
