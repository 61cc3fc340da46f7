'use client'

import { ImageUp, Trash2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { readPictures } from '@/components/people/people-pictures'
import { Button } from '@/components/ui/button'
import { Avatar, Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

// Loaded when a picture was chosen.
const CropPicture = dynamic(() => import('./crop-picture').then((module) => module.CropPicture), { ssr: false })

interface Props {
  person: { id: string; name: string }
  hasPicture: boolean
}

/** One's own picture: chosen, cut to a square and shown to the team; initials stand in for it. */
export function OwnPicture({ person, hasPicture }: Props) {
  const t = useTranslations('settings.avatar')
  const common = useTranslations('common')
  const field = useId()
  const [chosen, setChosen] = useState<File | null>(null)
  const upload = useAction(api.account.uploadAvatar, { isForm: true, success: common('saved'), onDone: () => void readPictures() })
  const remove = useAction(api.account.uploadAvatar, { success: t('removed'), onDone: () => void readPictures() })
  return (
    <Card className="mb-4 flex flex-wrap items-center gap-4 p-5">
      <Avatar name={person.name} person={person.id} className="size-16 text-lg" />
      <div className="grid min-w-0 flex-1 gap-2">
        <p id={`${field}-hint`} className="text-sm text-muted">
          {t('says')}
        </p>
        <span className="flex flex-wrap gap-2">
          <Button asChild size="small">
            <label htmlFor={field} className="cursor-pointer has-focus-visible:outline-2">
              <ImageUp aria-hidden /> {t(hasPicture ? 'replace' : 'upload')}
              <input
                id={field}
                type="file"
                accept="image/png,image/jpeg,image/gif,image/webp"
                aria-describedby={`${field}-hint`}
                onChange={(event) => {
                  setChosen(event.target.files?.[0] ?? null)
                  event.target.value = ''
                }}
                className="sr-only"
              />
            </label>
          </Button>
          {hasPicture && (
            <Button size="small" variant="ghost" isPending={remove.isPending} onClick={() => void remove.run({})}>
              <Trash2 aria-hidden /> {t('remove')}
            </Button>
          )}
        </span>
      </div>
      {chosen && (
        <CropPicture
          file={chosen}
          isPending={upload.isPending}
          problem={upload.error ? (upload.error.fields.file?.join(' ') ?? upload.error.message) : undefined}
          onClose={() => setChosen(null)}
          onSave={async (square) => {
            if (await upload.run({ file: new File([square], chosen.name, { type: square.type }) })) setChosen(null)
          }}
        />
      )}
    </Card>
  )
}
