'use client'

import dynamic from 'next/dynamic'
import type { ComponentProps } from 'react'

const loadEditor = () => import('./editor').then((module) => module.Editor)

/** For whoever is about to write. */
export const preloadEditor = () => void loadEditor().catch(() => {}) // loaded again when it is shown

/** A large part of a page's code, needed only by who writes. */
export const LazyEditor = dynamic(loadEditor, {
  ssr: false,
  loading: () => <div className="min-h-28" />,
})

type Props = Omit<ComponentProps<typeof LazyEditor>, 'isInvalid'> & {
  /** In a form that is compared with what it was before it is left. */
  name?: string
  hint?: string
  errors?: string[] | undefined
}

/** A labelled editor with its hint and what is wrong with it. */
export function EditorField({ name, hint, errors, ...props }: Props) {
  return (
    <div className="grid gap-1.5">
      <span aria-hidden className="text-sm font-medium">
        {props.label}
      </span>
      <div className="rounded-md border bg-raised">
        <LazyEditor {...props} isInvalid={Boolean(errors)} />
      </div>
      {name && <input type="hidden" name={name} value={props.html} />}
      {errors ? <p className="text-sm text-danger">{errors.join(' ')}</p> : hint ? <p className="text-sm text-muted">{hint}</p> : null}
    </div>
  )
}
