'use client'

import { type Editor, useEditorState } from '@tiptap/react'
import { Video as VideoIcon } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { Tool } from '@/components/ui/editor-tools'
import { Input } from '@/components/ui/field'
import { videoAt, videoProviders } from '@/lib/kb/articles/video'
import { NodeText } from './node-text'

const longestTitle = 200

/** Puts a video where the cursor is, selected so that its title can be typed. */
function insertVideo(editor: Editor, href: string) {
  const { $from } = editor.state.selection
  const isEmpty = $from.parent.isTextblock && $from.parent.content.size === 0 && $from.depth > 0
  const at = isEmpty ? { from: $from.before(), to: $from.after() } : $from.after($from.depth || 1)
  const place = typeof at === 'number' ? at : at.from
  editor
    .chain()
    .focus()
    .insertContentAt(at, { type: 'video', attrs: { href, title: '' } })
    .setNodeSelection(place)
    .run()
}

/** The address of a video alone, pasted on a line of its own, becomes the video. */
export function pasteVideo(editor: Editor | null, { clipboardData }: ClipboardEvent): boolean {
  const video = videoAt((clipboardData?.getData('text/plain') ?? '').trim())
  if (!editor || !video) return false
  const { empty, $from } = editor.state.selection
  if (!empty || $from.parent.type.name !== 'paragraph' || $from.parent.content.size > 0) return false
  insertVideo(editor, video.address)
  return true
}

/** Asks for the address of a video. */
export function VideoTool({ editor }: { editor: Editor }) {
  const t = useTranslations('kb.videos')
  const format = useFormatter()
  const hint = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const video = videoAt(typed?.trim() ?? '')
  const isWrong = Boolean(typed?.trim()) && !video
  function put() {
    if (!video) return
    setTyped(null)
    insertVideo(editor, video.address)
  }
  return (
    <>
      <Tool name={t('add')} isOn={typed !== null} onUse={() => setTyped(typed === null ? '' : null)} icon={<VideoIcon />} />
      {typed !== null && (
        <span className="flex min-w-0 flex-wrap items-center gap-2 text-xs text-muted">
          <Input
            aria-label={t('address')}
            aria-describedby={hint}
            aria-invalid={isWrong || undefined}
            dir="ltr"
            autoFocus
            value={typed}
            placeholder="https://"
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault()
                put()
              }
              if (event.key === 'Escape') {
                setTyped(null)
                editor.commands.focus()
              }
            }}
            className="ms-1 h-7 w-64 max-w-full px-2 text-sm"
          />
          <span id={hint} className={isWrong ? 'text-danger' : undefined}>
            {t('from', { providers: format.list(videoProviders) })}
          </span>
        </span>
      )}
    </>
  )
}

/** What the selected video is called: without a title it stays a link. */
export function VideoTitle({ editor }: { editor: Editor }) {
  const t = useTranslations('kb.videos')
  const title = useEditorState({
    editor,
    selector: ({ editor: now }) => (now.isActive('video') ? String(now.getAttributes('video').title ?? '') : null),
  })
  if (title === null) return null
  return (
    <div className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 py-1 text-xs text-muted">
      <NodeText
        editor={editor}
        node="video"
        attribute="title"
        value={title}
        label={t('title')}
        hint={t('titleHint')}
        placeholder={t('titleExample')}
        maxLength={longestTitle}
        isRequired
      />
    </div>
  )
}
