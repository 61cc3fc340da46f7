'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { sizeInWords } from '@/lib/files/values'

/** The files that somebody picked for a form, each to be taken off again until it is sent. */
interface Props {
  files: File[]
  /** They are on their way. */
  isSending: boolean
  onRemove: (file: File) => void
}

export function PickedFiles({ files, isSending, onRemove }: Props) {
  const t = useTranslations('files')
  if (files.length === 0) return null
  return (
    <ul aria-label={t('files')} className="grid gap-1 text-sm">
      {files.map((file) => (
        <li key={`${file.name}-${file.size}-${file.lastModified}`} className="flex items-center gap-2 rounded-md border px-2 py-1">
          <bdi className="min-w-0 truncate">{file.name}</bdi>
          <span className="shrink-0 text-muted">
            <bdi dir="ltr">{sizeInWords(file.size)}</bdi>
          </span>
          {isSending && <progress aria-label={t('uploading', { name: file.name })} className="ms-auto h-1 w-24 accent-[var(--accent)]" />}
          <button
            type="button"
            hidden={isSending}
            aria-label={t('remove', { name: file.name })}
            className="ms-auto rounded p-1 hover:bg-surface"
            onClick={() => onRemove(file)}
          >
            <X aria-hidden className="size-4" />
          </button>
        </li>
      ))}
    </ul>
  )
}
