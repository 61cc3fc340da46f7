'use client'

import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

/**
 * What went wrong with the form, also where no field of it is to blame. What a field of it says is not said twice: that field is
 * focused, so that a screen reader says it.
 */
export function FormError({ children }: { children: ReactNode }) {
  const place = useRef<HTMLParagraphElement>(null)
  const [isSaidByField, setSaidByField] = useState(false)
  useLayoutEffect(() => {
    const field = typeof children === 'string' ? fieldSaying(place.current?.closest('form'), children) : undefined
    setSaidByField(field !== undefined)
    field?.focus()
  }, [children])
  if (!children) return null
  return (
    <p
      ref={place}
      role="alert"
      hidden={isSaidByField}
      className="rounded-md border border-danger/40 bg-danger/10 px-3 py-2 text-sm text-danger"
    >
      {isSaidByField ? null : children}
    </p>
  )
}

const fieldSaying = (form: HTMLFormElement | null | undefined, text: string) =>
  [...(form?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? [])].find((field) =>
    document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent?.includes(text),
  )
