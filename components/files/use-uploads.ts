'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import type { AttachmentOutput } from '@/lib/files/schema'
import { maxFileSize, maxFilesPerMessage, sizeInWords } from '@/lib/files/values'

export interface Upload {
  /** Its own, until the server has given one. */
  key: string
  name: string
  size: number
  /** 0 to 1. */
  progress: number
  done: AttachmentOutput | null
  error: string | null
}

interface Options {
  initial?: AttachmentOutput[]
  onChange?: (done: AttachmentOutput[]) => void
  onRemove?: (id: string) => void
}

const asDone = (file: AttachmentOutput): Upload => ({
  key: file.id,
  name: file.name,
  size: file.size,
  progress: 1,
  done: file,
  error: null,
})

/** Files on their way to the server, each with its progress. */
export function useUploads({ initial = [], onChange, onRemove }: Options = {}) {
  const t = useTranslations('files')
  const [uploads, setUploads] = useState<Upload[]>(() => initial.map(asDone))
  const requests = useRef(new Map<string, XMLHttpRequest>())
  const now = useRef(uploads)
  const counter = useRef(0)
  function set(next: Upload[], isFinal = false) {
    now.current = next
    setUploads(next)
    if (isFinal) onChange?.(next.flatMap(({ done }) => done ?? []))
  }
  const patch = (key: string, change: Partial<Upload>, isFinal = false) =>
    set(
      now.current.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)),
      isFinal,
    )
  function add(files: File[]) {
    for (const file of files) {
      const key = `new-${counter.current++}`
      const problem =
        now.current.length >= maxFilesPerMessage
          ? t('tooMany', { maximum: maxFilesPerMessage })
          : file.size > maxFileSize
            ? t('tooLarge', { size: sizeInWords(maxFileSize) })
            : null
      set([...now.current, { key, name: file.name || 'picture.png', size: file.size, progress: 0, done: null, error: problem }])
      if (!problem) send(key, file)
    }
  }
  function send(key: string, file: File) {
    const request = new XMLHttpRequest()
    requests.current.set(key, request)
    request.open('POST', '/api/v1/files')
    request.upload.onprogress = ({ loaded, total }) => patch(key, { progress: total ? loaded / total : 0 })
    request.onload = () => {
      const answer = read(request.responseText)
      if (request.status === 201) patch(key, { progress: 1, done: answer as AttachmentOutput }, true)
      else patch(key, { error: answer.detail ?? t('failed') })
    }
    request.onerror = () => patch(key, { error: t('unreachable') })
    const form = new FormData()
    form.append('file', file, file.name || 'picture.png')
    request.send(form)
  }
  function remove(key: string) {
    requests.current.get(key)?.abort()
    const gone = now.current.find((upload) => upload.key === key)
    set(
      now.current.filter((upload) => upload.key !== key),
      true,
    )
    if (gone?.done) onRemove?.(gone.done.id)
  }
  return {
    uploads,
    add,
    remove,
    /** Starts anew, with files that are there already. */
    reset: (files: AttachmentOutput[] = []) => set(files.map(asDone)),
    /** Files that were sent are on their way no more. */
    forget: (ids: string[]) => set(now.current.filter(({ done }) => !done || !ids.includes(done.id))),
    /** Files that came back, before those that were added meanwhile. */
    bringBack: (files: AttachmentOutput[]) => set([...files.map(asDone), ...now.current]),
    ids: uploads.flatMap(({ done }) => done?.id ?? []),
    isPending: uploads.some(({ done, error }) => !done && !error),
  }
}

function read(text: string): { detail?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
