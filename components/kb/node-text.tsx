'use client'

import type { Editor } from '@tiptap/react'
import { useId } from 'react'
import { Input } from '@/components/ui/field'

interface Props {
  editor: Editor
  /** What is selected in the text, and which of its attributes is written here. */
  node: 'picture' | 'video'
  attribute: string
  value: string
  label: string
  hint: string
  placeholder: string
  maxLength: number
  isRequired?: boolean
}

/** Writes what is said of something selected in an article. Enter and Escape lead back to the text. */
export function NodeText({ editor, node, attribute, value, label, hint, placeholder, maxLength, isRequired }: Props) {
  const [field, hintId] = [useId(), useId()]
  return (
    <>
      <span className="flex min-w-0 flex-1 basis-64 items-center gap-2">
        <label htmlFor={field} className="shrink-0">
          {label}
        </label>
        <Input
          id={field}
          value={value}
          dir="auto"
          required={isRequired}
          maxLength={maxLength}
          aria-describedby={hintId}
          autoFocus={isRequired && value === ''}
          placeholder={placeholder}
          onChange={(event) => editor.commands.updateAttributes(node, { [attribute]: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return
            event.preventDefault()
            editor.commands.focus()
          }}
          className="h-7 min-w-0 px-2 text-sm"
        />
      </span>
      <span id={hintId}>{hint}</span>
    </>
  )
}
