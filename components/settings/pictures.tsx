'use client'

import { ImageUp, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type DragEvent, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

const names = ['logo', 'favicon', 'photo'] as const
type Name = (typeof names)[number]

interface Props {
  /** Of the workspace. */
  id: string
  /** Where this page shows each of them from. */
  shown: Record<Name, string | null>
}

/** What the workspace looks like beside its colour: chosen or dropped, and changed at once. */
export function Pictures({ id, shown }: Props) {
  const t = useTranslations('settings.pictures')
  return (
    <Card className="mb-4 p-5">
      <h2 className="font-semibold">{t('title')}</h2>
      <p className="mb-4 text-sm text-muted">{t('says')}</p>
      <div className="grid gap-4 sm:grid-cols-3">
        {names.map((name) => (
          <Picture key={name} name={name} id={id} at={shown[name]} />
        ))}
      </div>
    </Card>
  )
}

function Picture({ name, id, at }: { name: Name; id: string; at: string | null }) {
  const t = useTranslations('settings.pictures')
  const common = useTranslations('common')
  const field = useId()
  const [isOver, setOver] = useState(false)
  const upload = useAction(api.business.uploadPicture, { success: common('saved') })
  const take = (file: File | undefined) => file && void upload.run({ id, name, file })
  function onDrop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <fieldset
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className="grid content-start gap-2"
    >
      <legend className="mb-1.5 text-sm font-medium">{t(`${name}.name`)}</legend>
      <span className={cn('grid h-24 place-items-center overflow-hidden rounded-md border bg-surface p-2', isOver && 'border-accent')}>
        {at ? (
          // biome-ignore lint/performance/noImgElement: it has its size already
          <img src={at} alt={t(`${name}.name`)} className="max-h-full max-w-full object-contain" />
        ) : (
          <ImageUp aria-hidden className="size-6 text-muted" />
        )}
      </span>
      <p id={`${field}-hint`} className="text-xs text-muted">
        {t(`${name}.hint`)}
      </p>
      <span className="flex flex-wrap gap-2">
        <Button asChild size="small" isPending={upload.isPending}>
          <label htmlFor={field} className="cursor-pointer has-focus-visible:outline-2">
            {t(at ? 'replace' : 'choose')}
            <input
              id={field}
              type="file"
              accept="image/png,image/jpeg,image/gif,image/webp"
              aria-label={t('chooseNamed', { name: t(`${name}.name`) })}
              aria-describedby={`${field}-hint`}
              disabled={upload.isPending}
              onChange={(event) => {
                take(event.target.files?.[0])
                event.target.value = ''
              }}
              className="sr-only"
            />
          </label>
        </Button>
        {at && (
          <Button
            size="small"
            variant="ghost"
            isPending={upload.isPending}
            aria-label={t('removeNamed', { name: t(`${name}.name`) })}
            onClick={() => void upload.run({ id, name })}
          >
            <Trash2 aria-hidden /> {common('remove')}
          </Button>
        )}
      </span>
    </fieldset>
  )
}
