'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useId, useState } from 'react'
import Cropper, { type Area } from 'react-easy-crop'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { FormError } from '@/components/ui/form-error'
import 'react-easy-crop/react-easy-crop.css'

interface Props {
  file: File
  isPending: boolean
  problem: string | undefined
  onClose: () => void
  onSave: (square: Blob) => Promise<void>
}

const mostZoom = 4
/** Pixels of a side of what is sent; the server makes it smaller. */
const side = 512

/** A square of a picture: moved by pointer or arrow keys, made smaller by the slider, the wheel or two fingers. */
export function CropPicture({ file, isPending, problem, onClose, onSave }: Props) {
  const t = useTranslations('settings.avatar')
  const ui = useTranslations('ui')
  const common = useTranslations('common')
  const slider = useId()
  const address = useAddress(file)
  const [place, setPlace] = useState({ x: 0, y: 0 })
  const [zoom, setZoom] = useState(1)
  const [area, setArea] = useState<Area | null>(null)
  const [isUnreadable, setUnreadable] = useState(false)
  async function save() {
    const square = area && (await cut(file, area).catch(() => null))
    if (square) await onSave(square)
    else setUnreadable(true)
  }
  return (
    <Dialog title={t('cropTitle')} says={t('cropSays')} isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <div className="grid gap-3">
        <FormError>{isUnreadable ? t('unreadable') : problem}</FormError>
        <div dir="ltr" className="relative h-64 overflow-hidden rounded-md bg-surface">
          {address && (
            <Cropper
              image={address}
              crop={place}
              zoom={zoom}
              maxZoom={mostZoom}
              aspect={1}
              cropShape="round"
              showGrid={false}
              disableAutomaticStylesInjection
              onCropChange={setPlace}
              onZoomChange={setZoom}
              onCropAreaChange={(_, pixels) => setArea(pixels)}
              mediaProps={{ alt: '', onError: () => setUnreadable(true) }}
              cropperProps={{ 'aria-label': t('square'), role: 'group' }}
            />
          )}
        </div>
        <label htmlFor={slider} className="flex items-center gap-3 text-sm">
          {t('zoom')}
          <input
            id={slider}
            type="range"
            min={1}
            max={mostZoom}
            step={0.1}
            value={zoom}
            onChange={(event) => setZoom(Number(event.target.value))}
            className="min-w-0 flex-1 accent-[var(--accent)]"
          />
        </label>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button variant="primary" isPending={isPending} disabled={!area} onClick={() => void save()}>
            {common('save')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** Where the page shows a file from that was not sent. */
function useAddress(file: File): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return address
}

/** A part of a picture, drawn small enough to be sent at once. */
async function cut(file: File, { x, y, width, height }: Area): Promise<Blob> {
  const picture = await createImageBitmap(file)
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, x, y, width, height, 0, 0, side, side)
  picture.close()
  return canvas.convertToBlob({ type: 'image/png' })
}
