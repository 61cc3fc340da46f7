'use client'

import { type Editor, useEditorState } from '@tiptap/react'
import { ImagePlus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type RefObject, useRef, useState } from 'react'
import { Tool } from '@/components/ui/editor-tools'
import { toast } from '@/components/ui/toast'
import { NodeText } from './node-text'

const accepted = 'image/png,image/jpeg,image/gif,image/webp'
const longestAlternative = 300

interface Added {
  address: string
  width: number
  height: number
}

/** Uploads pictures and puts them where they were pasted, dropped or asked for, whatever is typed meanwhile. */
export function useArticlePictures(articleId: string, editor: RefObject<Editor | null>) {
  const t = useTranslations('kb.pictures')
  const [waiting, setWaiting] = useState(0)
  async function send(file: File): Promise<Added | null> {
    const form = new FormData()
    form.append('file', file, file.name || 'picture.png')
    try {
      const answer = await fetch(`/api/v1/kb/articles/${articleId}/pictures`, { method: 'POST', body: form })
      const said = await answer.json()
      if (answer.status === 201) return said as Added
      toast.error((Object.values((said.fields ?? {}) as Record<string, string[]>)[0]?.[0] ?? said.detail ?? t('failed')) as string)
    } catch {
      toast.error(t('failed'))
    }
    return null
  }
  async function add(files: readonly File[], given?: number) {
    const into = editor.current
    if (!into || files.length === 0) return
    let at = given ?? into.state.selection.to
    const follow = ({ transaction }: { transaction: { mapping: { map: (position: number) => number } } }) => {
      at = transaction.mapping.map(at)
    }
    into.on('transaction', follow)
    setWaiting((before) => before + files.length)
    for (const file of files) {
      const added = await send(file)
      setWaiting((before) => before - 1)
      if (!added || into.isDestroyed) continue
      const { address: src, width, height } = added
      const place = at
      into
        .chain()
        .insertContentAt(place, { type: 'picture', attrs: { src, width, height, alt: '' } })
        .setNodeSelection(pictureNear(into, place, src))
        .run()
    }
    into.off('transaction', follow)
  }
  return { add, isUploading: waiting > 0 }
}

/** A picture may come to stand a little after where it was put, as where a paragraph had to be made for it. */
function pictureNear({ state: { doc } }: Editor, place: number, src: string): number {
  let found = place
  doc.nodesBetween(Math.max(0, place - 1), Math.min(doc.content.size, place + 4), (node, position) => {
    if (node.type.name === 'picture' && node.attrs.src === src) found = position
  })
  return found
}

interface Props {
  isUploading: boolean
  onFiles: (files: File[]) => void
}

/** Chooses pictures from the device. */
export function PictureTool({ isUploading, onFiles }: Props) {
  const t = useTranslations('kb.pictures')
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Tool name={t('add')} onUse={() => input.current?.click()} icon={<ImagePlus />} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={accepted}
        aria-label={t('add')}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])]
          target.value = ''
          onFiles(files)
        }}
      />
      <span role="status" className="text-xs text-muted">
        {isUploading ? t('uploading') : ''}
      </span>
    </>
  )
}

/** What is said of the selected picture to whoever does not see it, and how many pictures say nothing. */
export function PictureText({ editor }: { editor: Editor }) {
  const t = useTranslations('kb.pictures')
  const { alt, silent } = useEditorState({
    editor,
    selector: ({ editor: now }) => {
      const places: number[] = []
      now.state.doc.descendants((node, position) => void (node.type.name === 'picture' && !node.attrs.alt && places.push(position)))
      return { alt: now.isActive('picture') ? String(now.getAttributes('picture').alt ?? '') : null, silent: places }
    },
    equalityFn: (a, b) => a.alt === b?.alt && a.silent.join() === b?.silent.join(),
  })
  if (alt === null && silent.length === 0) return null
  return (
    <div className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 py-1 text-xs text-muted">
      {alt !== null ? (
        <NodeText
          editor={editor}
          node="picture"
          attribute="alt"
          value={alt}
          label={t('alternative')}
          hint={t('alternativeHint')}
          placeholder={t('alternativeExample')}
          maxLength={longestAlternative}
        />
      ) : (
        <button
          type="button"
          className="rounded px-1.5 py-1 text-start text-link hover:bg-surface"
          onClick={() =>
            editor
              .chain()
              .setNodeSelection(silent[0] as number)
              .scrollIntoView()
              .run()
          }
        >
          {t('silent', { count: silent.length })}
        </button>
      )}
    </div>
  )
}
