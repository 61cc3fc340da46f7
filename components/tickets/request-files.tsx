'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { DropZone } from '@/components/files/drop-zone'
import { limitsFor, pick } from '@/components/files/pick'
import { UploadList } from '@/components/files/upload-list'
import { useUploads } from '@/components/files/use-uploads'
import { Field } from '@/components/ui/field'
import { guestFiles, guestTypes, sizeInWords } from '@/lib/files/values'
import { api } from '@/lib/wiring/client'
import { PickedFiles } from './picked-files'

/** Of the chooser of files: what is not listed is not offered. */
const guestEndings = Object.keys(guestTypes)
  .map((ending) => `.${ending}`)
  .join(',')

/** The files of a new request. Those of somebody who is signed in go ahead of the form, each with its progress; a guest's go with it. */
export function useRequestFiles(isGuest: boolean) {
  const t = useTranslations('files')
  const format = useFormatter()
  const { count, size } = limitsFor(isGuest)
  const limits = { count, size: sizeInWords(size), total: sizeInWords(guestFiles.total), kinds: format.list(Object.keys(guestTypes)) }
  const [picked, setPicked] = useState<File[]>([])
  const [refused, setRefused] = useState<string[]>([])
  const { uploads, add, remove, ids, isPending } = useUploads({
    onRemove: (id) => void api.files.remove({ id }).catch(() => {}), // else the sweep does it
  })
  const had = isGuest ? picked : uploads.map(({ name, size }) => ({ name, size, type: '' }))
  function take(files: File[]) {
    if (files.length === 0) return
    const now = pick<Pick<File, 'name' | 'size' | 'type'>>(had, files, isGuest)
    const taken = files.filter((file) => now.files.includes(file))
    if (isGuest) setPicked([...picked, ...taken])
    else add(taken)
    setRefused(now.refused.map(({ name, why }) => t(`refused.${why}`, { name, ...limits })))
  }
  function drop(file: File) {
    setPicked(picked.filter((other) => other !== file))
    setRefused([])
  }
  return { picked, uploads, ids, isUploading: isPending, refused, limits, take, drop, remove }
}

interface Props {
  files: ReturnType<typeof useRequestFiles>
  isGuest: boolean
  isSending: boolean
  errors: string[]
  onChange: () => void
}

export function RequestFiles({
  files: { picked, uploads, refused, limits, take, drop, remove },
  isGuest,
  isSending,
  errors,
  onChange,
}: Props) {
  const t = useTranslations('portal')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <Field
        label={t('files')}
        hint={isGuest ? t('submit.guestFilesHint', limits) : t('submit.filesHint', limits)}
        errors={[...refused, ...errors]}
      >
        {(control) => (
          <DropZone
            {...control}
            name="files"
            says={t('submit.drop')}
            accept={isGuest ? guestEndings : undefined}
            onFiles={(files) => {
              take(files)
              onChange()
            }}
          />
        )}
      </Field>
      <PickedFiles
        files={picked}
        isSending={isSending}
        onRemove={(file) => {
          drop(file)
          onChange()
        }}
      />
      <UploadList uploads={uploads} onRemove={remove} className="px-0" />
    </div>
  )
}
