'use client'

import { useTranslations } from 'next-intl'
import { type ComponentProps, useEffect, useState } from 'react'

interface Props extends Omit<ComponentProps<'form'>, 'onSubmit'> {
  /** Sends the form; true means that it is saved. */
  onSubmit: (form: FormData) => Promise<boolean>
}

/** A form that asks before anybody leaves the page with changes that are not saved. */
export function GuardedForm({ onSubmit, ...props }: Props) {
  const t = useTranslations('ui')
  const [isTouched, setTouched] = useState(false)
  useEffect(() => {
    if (!isTouched) return
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    function onClick(event: MouseEvent) {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null
      if (!link || window.confirm(t('leaveUnsaved'))) return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('beforeunload', onUnload)
    document.addEventListener('click', onClick, true)
    return () => {
      window.removeEventListener('beforeunload', onUnload)
      document.removeEventListener('click', onClick, true)
    }
  }, [isTouched, t])
  return (
    <form
      {...props}
      onInput={() => setTouched(true)}
      onSubmit={async (event) => {
        event.preventDefault()
        if (await onSubmit(new FormData(event.currentTarget))) setTouched(false)
      }}
    />
  )
}
