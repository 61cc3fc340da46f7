'use client'

import { Placeholder } from '@tiptap/extensions'
import { type Editor, EditorContent, useEditor, useEditorState } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import {
  Bold,
  Code,
  Info,
  Italic,
  List,
  ListOrdered,
  Minus,
  Quote,
  Redo2,
  Search,
  SquareCode,
  Strikethrough,
  Table as TableIcon,
  Undo2,
} from 'lucide-react'
import { marked } from 'marked'
import { useTranslations } from 'next-intl'
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { Tool } from '@/components/ui/editor-tools'
import { articleNodes, callouts, insertTable, tableChanges } from './article-nodes'
import { PictureText, PictureTool, useArticlePictures } from './article-pictures'
import { pasteVideo, VideoTitle, VideoTool } from './article-videos'
import { FindBar } from './find-bar'
import { findReplace } from './find-replace'
import { ArticleLinkTool } from './link-tool'

export interface ArticleTextHandle {
  /** Replaces everything, without saying that it changed. */
  set: (html: string) => void
  get: () => string | undefined
  focus: () => void
}

interface Props {
  /** Whose pictures they are that come into the text. */
  articleId: string
  locale: string
  label: string
  html: string
  isReadOnly: boolean
  onChange: (html: string, words: number) => void
  onReady: (words: number) => void
  handle?: Ref<ArticleTextHandle>
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
const wordsIn = (text: string) => {
  let words = 0
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike) words++
  return words
}

/** The text, without the empty line that the editor keeps below a table or a list to write on. */
const htmlOf = (editor: Editor) => editor.getHTML().replace(/(?<=>)(?:<p><\/p>)+$/, '')

/** The text of an article. What it gives is cleaned again by the server. */
export function ArticleText(props: Props) {
  const { articleId, locale, label, html, isReadOnly, handle } = props
  const t = useTranslations('kb.text')
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  const held = useRef<Editor | null>(null)
  const pictures = useArticlePictures(articleId, held)
  /** How often it was asked to find something; 0 while nobody looks for anything. */
  const [asked, setAsked] = useState(0)
  /** What the others know: that empty line alone is no change. */
  const told = useRef<string>(undefined)
  const { add } = pictures
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        heading: { levels: [2, 3, 4] },
        link: { openOnClick: false, defaultProtocol: 'https', protocols: ['http', 'https', 'mailto', 'tel'] },
      }),
      Placeholder.configure({ placeholder: t('placeholder') }),
      ...articleNodes,
      findReplace(() => setAsked((before) => before + 1)),
    ],
    content: html,
    editable: !isReadOnly,
    immediatelyRender: false,
    onCreate({ editor: made }) {
      told.current = htmlOf(made)
      latest.current.onReady(wordsIn(made.getText({ blockSeparator: '\n' })))
    },
    onUpdate({ editor: changed }) {
      const now = htmlOf(changed)
      if (now === told.current) return
      told.current = now
      latest.current.onChange(now, wordsIn(changed.getText({ blockSeparator: '\n' })))
    },
    editorProps: {
      handlePaste: (view, event) =>
        pastePictures(event, (files) => void add(files)) ||
        pasteVideo(held.current, event) ||
        pasteMarkdown(event, (written) => view.pasteHTML(written)),
      handleDrop: (view, event) => {
        const files = [...(event.dataTransfer?.files ?? [])]
        if (files.length > 0) void add(files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos)
        return files.length > 0
      },
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        dir: 'auto',
        class: 'rich article min-h-[50vh] px-4 py-3 outline-none',
      },
    },
  })
  useEffect(() => {
    held.current = editor
  }, [editor])
  useEffect(() => {
    editor?.setEditable(!isReadOnly, false)
  }, [editor, isReadOnly])
  useImperativeHandle(
    handle,
    () => ({
      set(whole) {
        if (!editor) return
        editor.commands.setContent(whole, { emitUpdate: false })
        told.current = htmlOf(editor)
      },
      get: () => (editor ? htmlOf(editor) : undefined),
      focus: () => void editor?.commands.focus('end'),
    }),
    [editor],
  )
  return (
    <div className="rounded-md border bg-raised">
      {editor && !isReadOnly && (
        <Toolbar
          editor={editor}
          locale={locale}
          isUploading={pictures.isUploading}
          onFiles={(files) => void add(files)}
          asked={asked}
          onAsk={setAsked}
        />
      )}
      <EditorContent editor={editor} className="overflow-x-auto" />
      {!editor && <div className="min-h-[50vh]" />}
    </div>
  )
}

/** The files of a paste, such as a screenshot. A text that brings a picture of itself along is a text. */
function pastePictures({ clipboardData }: ClipboardEvent, paste: (files: File[]) => void): boolean {
  if (!clipboardData || clipboardData.types.includes('text/plain') || clipboardData.files.length === 0) return false
  paste([...clipboardData.files])
  return true
}

/** What looks like Markdown: headings, lists, code, links, tables. */
const markdown = /^(#{1,6} |[-*+] |\d+\. |> |```|\|.+\|\s*$)|\[[^\]\n]+\]\([^)\n]+\)|\*\*[^*\n]+\*\*/m

/** Text with the marks of Markdown becomes what it means; what was formatted already comes as it is. */
function pasteMarkdown({ clipboardData }: ClipboardEvent, paste: (html: string) => void): boolean {
  const text = clipboardData?.getData('text/plain') ?? ''
  if (!clipboardData || clipboardData.types.includes('text/html') || !markdown.test(text)) return false
  paste(marked.parse(text, { async: false }))
  return true
}

interface ToolbarProps {
  editor: Editor
  locale: string
  isUploading: boolean
  onFiles: (files: File[]) => void
  asked: number
  onAsk: (asked: number) => void
}

function Toolbar({ editor, locale, isUploading, onFiles, asked, onAsk }: ToolbarProps) {
  const t = useTranslations('kb.text')
  const ui = useTranslations('ui.editor')
  const find = useTranslations('kb.find')
  const is = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      level: [2, 3, 4].find((level) => now.isActive('heading', { level })) ?? 0,
      bold: now.isActive('bold'),
      italic: now.isActive('italic'),
      strike: now.isActive('strike'),
      code: now.isActive('code'),
      codeBlock: now.isActive('codeBlock'),
      bullets: now.isActive('bulletList'),
      numbers: now.isActive('orderedList'),
      quote: now.isActive('blockquote'),
      link: now.isActive('link'),
      table: now.isActive('table'),
      callout: now.isActive('callout') ? String(now.getAttributes('callout').kind) : null,
      canUndo: now.can().undo(),
      canRedo: now.can().redo(),
    }),
  })
  const chain = () => editor.chain().focus()
  const setLevel = (level: number) =>
    level === 0
      ? chain().setParagraph().run()
      : chain()
          .setHeading({ level: level as 2 | 3 | 4 })
          .run()
  function setCallout(kind: string) {
    if (!kind) chain().lift('callout').run()
    else if (is.callout) chain().updateAttributes('callout', { kind }).run()
    else chain().wrapIn('callout', { kind }).run()
  }
  return (
    <div
      role="toolbar"
      aria-label={ui('formatting')}
      className="sticky top-12 z-10 flex flex-wrap items-center gap-0.5 rounded-t-md border-b bg-raised px-2 py-1"
    >
      <select
        aria-label={t('style')}
        value={is.level}
        onChange={(event) => setLevel(Number(event.target.value))}
        className="control h-7 w-auto px-1 text-sm"
      >
        <option value={0}>{t('paragraph')}</option>
        {[2, 3, 4].map((level) => (
          <option key={level} value={level}>
            {t('heading', { level: String(level - 1) })}
          </option>
        ))}
      </select>
      <Tool name={ui('bold')} isOn={is.bold} onUse={() => chain().toggleBold().run()} icon={<Bold />} />
      <Tool name={ui('italic')} isOn={is.italic} onUse={() => chain().toggleItalic().run()} icon={<Italic />} />
      <Tool name={t('strike')} isOn={is.strike} onUse={() => chain().toggleStrike().run()} icon={<Strikethrough />} />
      <Tool name={ui('code')} isOn={is.code} onUse={() => chain().toggleCode().run()} icon={<Code />} />
      <Tool name={ui('list')} isOn={is.bullets} onUse={() => chain().toggleBulletList().run()} icon={<List />} />
      <Tool name={ui('numberedList')} isOn={is.numbers} onUse={() => chain().toggleOrderedList().run()} icon={<ListOrdered />} />
      <Tool name={ui('quote')} isOn={is.quote} onUse={() => chain().toggleBlockquote().run()} icon={<Quote />} />
      <Tool name={t('codeBlock')} isOn={is.codeBlock} onUse={() => chain().toggleCodeBlock().run()} icon={<SquareCode />} />
      <Tool name={t('line')} onUse={() => chain().setHorizontalRule().run()} icon={<Minus />} />
      {!is.table && <Tool name={t('table')} onUse={() => chain().command(insertTable).run()} icon={<TableIcon />} />}
      <span className="flex items-center text-muted">
        <Info aria-hidden className="ms-1 size-4" />
        <select
          aria-label={t('callout')}
          value={is.callout ?? ''}
          onChange={(event) => setCallout(event.target.value)}
          className="control ms-1 h-7 w-auto px-1 text-sm"
        >
          <option value="">{t('noCallout')}</option>
          {callouts.map((kind) => (
            <option key={kind} value={kind}>
              {t(`callouts.${kind}`)}
            </option>
          ))}
        </select>
      </span>
      <PictureTool isUploading={isUploading} onFiles={onFiles} />
      <VideoTool editor={editor} />
      <ArticleLinkTool editor={editor} isOn={is.link} locale={locale} />
      <span className="ms-auto flex">
        <Tool name={find('label')} isOn={asked > 0} onUse={() => onAsk(asked > 0 ? 0 : 1)} icon={<Search />} />
        <Tool name={t('undo')} isOff={!is.canUndo} onUse={() => chain().undo().run()} icon={<Undo2 className="rtl:-scale-x-100" />} />
        <Tool name={t('redo')} isOff={!is.canRedo} onUse={() => chain().redo().run()} icon={<Redo2 className="rtl:-scale-x-100" />} />
      </span>
      <PictureText editor={editor} />
      <VideoTitle editor={editor} />
      {asked > 0 && <FindBar editor={editor} asked={asked} onClose={() => onAsk(0)} />}
      {is.table && (
        <span className="flex w-full flex-wrap gap-1 text-xs">
          {(Object.keys(tableChanges) as (keyof typeof tableChanges)[]).map((change) => (
            <button
              key={change}
              type="button"
              className="rounded px-1.5 py-1 hover:bg-surface"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() =>
                chain()
                  .command(({ state, dispatch }) => tableChanges[change](state, dispatch))
                  .run()
              }
            >
              {t(`tables.${change}`)}
            </button>
          ))}
        </span>
      )}
    </div>
  )
}
