'use client'

import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import type { EditorHandle } from '@/components/ui/editor'
import { EditorField } from '@/components/ui/editor-field'
import { responseVariables } from '@/lib/tickets/canned/values'

/** The editor with what can be filled in beside it. */
export function CannedBody({ html, onChange, errors }: { html: string; onChange: (html: string) => void; errors?: string[] }) {
  const t = useTranslations('tickets.canned')
  const placeholder = useTranslations('tickets.placeholders')
  const editor = useRef<EditorHandle>(null)
  return (
    <div className="grid gap-1.5">
      <EditorField handle={editor} label={t('text')} placeholder={t('writeText')} html={html} onChange={onChange} errors={errors} />
      <p className="flex flex-wrap gap-1 text-xs">
        {responseVariables.map(({ name, says }) => (
          <button
            key={name}
            type="button"
            title={`{{${name}}}`}
            onClick={() => editor.current?.insert(`{{${name}}}`)}
            className="rounded border px-1.5 py-0.5 text-muted hover:bg-surface"
          >
            {placeholder(says)}
          </button>
        ))}
      </p>
    </div>
  )
}
