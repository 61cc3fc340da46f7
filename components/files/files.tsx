'use client'

import { Download, FileLock2, FileText } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import type { AttachmentOutput } from '@/lib/files/schema'
import { fileAddress as address, sizeInWords } from '@/lib/files/values'

/** The files of a message beside its text: pictures as small ones that open large, others to be saved. */
export function Files({ files: all }: { files: AttachmentOutput[] }) {
  const t = useTranslations('files')
  const [shown, setShown] = useState<AttachmentOutput | null>(null)
  const files = all.filter(({ isInline }) => !isInline)
  if (files.length === 0) return null
  return (
    <>
      <ul aria-label={t('files')} className="mt-3 flex flex-wrap gap-2">
        {files.map((file) => (
          <li key={file.id} className="max-w-full">
            {file.quarantinedAt ? (
              <span className="flex flex-wrap items-center gap-x-2 rounded-md border border-dashed px-2.5 py-1.5 text-sm">
                <FileLock2 aria-hidden className="size-4 shrink-0 text-muted" />
                <bdi className="max-w-52 truncate">{file.name}</bdi>
                <span className="text-xs text-muted">
                  <bdi dir="ltr">{sizeInWords(file.size)}</bdi>
                </span>
                <span className="text-xs text-muted" title={file.contentType}>
                  {t('waits')}
                </span>
              </span>
            ) : file.hasThumbnail ? (
              <button
                type="button"
                onClick={() => setShown(file)}
                className="grid max-w-44 gap-1 rounded-md border p-1 text-start text-xs hover:bg-surface"
              >
                {/* biome-ignore lint/performance/noImgElement: it comes from behind the sign-in, which an image service cannot pass */}
                <img src={`${address(file.id)}/thumbnail`} alt="" loading="lazy" className="h-24 w-full rounded object-contain" />
                <bdi className="truncate px-1">{file.name}</bdi>
              </button>
            ) : (
              <a
                href={address(file.id)}
                download={file.name}
                className="flex items-center gap-2 rounded-md border px-2.5 py-1.5 text-sm hover:bg-surface"
              >
                <FileText aria-hidden className="size-4 shrink-0 text-muted" />
                <bdi className="max-w-52 truncate">{file.name}</bdi>
                <span className="text-xs text-muted">
                  <bdi dir="ltr">{sizeInWords(file.size)}</bdi>
                </span>
              </a>
            )}
          </li>
        ))}
      </ul>
      {shown && (
        <Dialog title={shown.name} says={sizeInWords(shown.size)} isOpen onOpenChange={() => setShown(null)}>
          {/* biome-ignore lint/performance/noImgElement: it comes from behind the sign-in, which an image service cannot pass */}
          <img src={address(shown.id)} alt={shown.name} className="mx-auto max-h-[65vh] rounded" />
          <Button asChild size="small" className="mt-3">
            <a href={address(shown.id)} download={shown.name}>
              <Download aria-hidden /> {t('download')}
            </a>
          </Button>
        </Dialog>
      )}
    </>
  )
}
