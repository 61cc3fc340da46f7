import { FileText, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { sizeInWords } from '@/lib/files/values'
import type { Upload } from './use-uploads'

interface Props {
  uploads: Upload[]
  onRemove: (key: string) => void
  className?: string
}

/** Files that go with a message, with how far they are. */
export function UploadList({ uploads, onRemove, className }: Props) {
  const t = useTranslations('files')
  if (uploads.length === 0) return null
  return (
    <ul aria-label={t('files')} className={cn('upload-list', className)}>
      {uploads.map(({ key, name, size, progress, done, error }) => (
        <li key={key} className="flex max-w-full items-center gap-2 rounded-md border bg-background px-2 py-1 text-sm">
          {done?.hasThumbnail ? (
            // biome-ignore lint/performance/noImgElement: it comes from behind the sign-in, which an image service cannot pass
            <img src={`/api/v1/files/${done.id}/thumbnail`} alt="" className="size-8 rounded object-cover" />
          ) : (
            <FileText aria-hidden className="size-4 shrink-0 text-muted" />
          )}
          <span className="grid min-w-0">
            <bdi className="max-w-52 truncate">{name}</bdi>
            {error ? (
              <span role="alert" className="text-xs text-danger">
                {error}
              </span>
            ) : done ? (
              <span className="text-xs text-muted">
                <bdi dir="ltr">{sizeInWords(size)}</bdi>
              </span>
            ) : (
              <progress aria-label={t('uploading', { name })} value={progress} className="h-1 w-24 accent-[var(--accent)]" />
            )}
          </span>
          <button type="button" aria-label={t('remove', { name })} onClick={() => onRemove(key)} className="rounded p-1 hover:bg-surface">
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  )
}
