'use client'

import { Upload } from 'lucide-react'
import { type ComponentProps, useEffect, useEffectEvent, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'

interface Props extends Omit<ComponentProps<'input'>, 'type' | 'onChange' | 'onDrop'> {
  /** What stands in it, such as that files can be dropped. */
  says: string
  onFiles: (files: File[]) => void
}

/** Where files are chosen or dropped. Without JavaScript it is a field for files like any other. */
export function DropZone({ says, onFiles, className, ...attributes }: Props) {
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const take = useEffectEvent(onFiles)
  /** In the list from now on; the field itself is free for more. */
  const takeChosen = (field: HTMLInputElement) => {
    const chosen = [...(field.files ?? [])]
    field.value = ''
    if (chosen.length > 0) onFiles(chosen)
  }
  const takeEarly = useEffectEvent(() => input.current && takeChosen(input.current))
  useEffect(() => {
    // They may have been chosen before the page's script had come.
    takeEarly()
  }, [])
  useEffect(() => {
    // Anywhere on the page: a file that falls beside it would be opened in place of the page.
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false)
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(false)
      take([...event.dataTransfer.files])
    }
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])
  return (
    <div className={cn('drop-zone', isOver && 'border-link bg-surface', className)}>
      <Upload aria-hidden className="size-5" />
      <span>{says}</span>
      <input
        multiple
        {...attributes}
        ref={input}
        type="file"
        onChange={(event) => takeChosen(event.target)}
        className="max-w-full cursor-pointer rounded-md text-center file:me-3 file:cursor-pointer file:rounded-md file:border file:border-solid file:border-line file:bg-raised file:px-3 file:py-1.5 file:text-sm file:font-medium file:text-foreground"
      />
    </div>
  )
}

/** The files of a paste, such as a screenshot. A text that brings a picture of itself along is a text. */
export const pastedFiles = ({ clipboardData }: { clipboardData: DataTransfer }): File[] =>
  clipboardData.types.includes('text/plain') ? [] : [...clipboardData.files]
