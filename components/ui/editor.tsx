'use client'

import { Mention } from '@tiptap/extension-mention'
import { Placeholder } from '@tiptap/extensions'
import { PluginKey } from '@tiptap/pm/state'
import { type Editor as Core, EditorContent, Extension, useEditor, useEditorState } from '@tiptap/react'
import { StarterKit } from '@tiptap/starter-kit'
import { Suggestion, type SuggestionOptions, type SuggestionProps } from '@tiptap/suggestion'
import { Bold, Code, Italic, List, ListOrdered, Quote } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type Ref, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { type Popup, pressed, type Suggested, SuggestionList, type Suggestions, suggestionsOf } from './editor-suggestions'
import { LinkTool, Tool } from './editor-tools'

export interface EditorHandle {
  focus: () => void
  /** Puts rich text where the cursor is. */
  insert: (html: string) => void
  /** Replaces everything. */
  set: (html: string) => void
}

interface Props {
  label: string
  placeholder: string
  html: string
  onChange: (html: string, isEmpty: boolean) => void
  /** Files that were pasted or dropped into the text. */
  onFiles?: (files: File[]) => void
  /** Ctrl or Command with Enter; with Shift as well. */
  onSubmit?: (isShift: boolean) => void
  /** Who can be called with @. */
  mentions?: Suggested[]
  /** What can be put in with /. */
  snippets?: Suggested[]
  onSnippet?: (id: string) => void
  /** Finds what can be put in with ?? and words after it. */
  findArticles?: (query: string) => Promise<Suggested[]>
  handle?: Ref<EditorHandle>
  isInvalid?: boolean
  /** Called when it can be written in; says what was typed until then, and whether the cursor was there. */
  onReady?: () => { text: string; isFocused: boolean }
}

/** Rich text as mail knows it. What it gives is cleaned again by the server. */
export function Editor(props: Props) {
  const { label, placeholder, html, handle, isInvalid } = props
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  const list = useId()
  const [popup, setPopup] = useState<Popup | null>(null)
  const shown = useRef<Suggestions | null>(null)
  // What there is to choose from may come while someone types already.
  const articles = useArticles(popup, props.findArticles)
  shown.current = popup && suggestionsOf(popup, popup.of === 'articles' ? articles : props[popup.of])
  const extensions = useMemo(() => {
    const suggest = (char: string, of: Popup['of'], choose: (props: Chosen) => void) =>
      ({
        char,
        pluginKey: new PluginKey(of),
        command: choose,
        render: () => ({
          onStart: (given: SuggestionProps<Suggested>) => setPopup({ of, given, at: 0 }),
          onUpdate: (given: SuggestionProps<Suggested>) => setPopup({ of, given, at: 0 }),
          onExit: () => setPopup(null),
          onKeyDown: ({ event }: { event: KeyboardEvent }) => pressed(event, shown.current, setPopup),
        }),
      }) as Omit<SuggestionOptions<Suggested>, 'editor'>
    return [
      StarterKit.configure({
        heading: { levels: [2, 3] },
        link: { openOnClick: false, defaultProtocol: 'https', protocols: ['http', 'https', 'mailto', 'tel'] },
      }),
      Placeholder.configure({ placeholder: () => latest.current.placeholder }),
      Mention.configure({
        suggestion: suggest('@', 'mentions', mentionOf) as never,
      }),
      Extension.create({
        name: 'snippets',
        addProseMirrorPlugins() {
          const put = ({ editor, range, props: { id } }: Chosen) => {
            editor.chain().focus().deleteRange(range).run()
            latest.current.onSnippet?.(id)
          }
          const putArticle = ({ editor, range, props: { html: written = '' } }: Chosen) =>
            void editor
              .chain()
              .focus()
              .deleteRange(range)
              .insertContent(written)
              .unsetMark('link')
              .insertContent({ type: 'text', text: ' ' })
              .run()
          const offersArticles = latest.current.findArticles !== undefined
          return [
            Suggestion({ editor: this.editor, ...suggest('/', 'snippets', put) }),
            ...(offersArticles ? [Suggestion({ editor: this.editor, allowSpaces: true, ...suggest('??', 'articles', putArticle) })] : []),
          ]
        },
      }),
    ]
  }, [])
  const editor = useEditor({
    extensions,
    content: html,
    immediatelyRender: false,
    onCreate({ editor: made }) {
      const { text, isFocused } = latest.current.onReady?.() ?? { text: '', isFocused: false }
      const lines = text === '' ? [] : text.split('\n')
      const typed = lines.map((line) => ({ type: 'paragraph', content: line ? [{ type: 'text', text: line }] : [] }))
      const at = made.isEmpty ? { from: 0, to: made.state.doc.content.size } : made.state.doc.content.size
      if (typed.length > 0) made.commands.insertContentAt(at, typed)
      if (!isFocused) return
      // At once: the command waits for a frame, and what is typed until then would be keys of the page.
      made.view.focus()
      made.commands.focus('end')
    },
    onUpdate: ({ editor: changed }) => latest.current.onChange(changed.getHTML(), changed.isEmpty),
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        dir: 'auto',
        class: 'rich min-h-28 max-h-[50vh] overflow-y-auto px-3 py-2 outline-none',
      },
      handleKeyDown: (_, event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
          latest.current.onSubmit?.(event.shiftKey)
          return true
        }
        if (event.key === 'Escape' && !shown.current) (event.target as HTMLElement).blur()
        return false
      },
      handlePaste: (_, event) => taken(event.clipboardData?.files, latest.current.onFiles),
      handleDrop: (_, event) => taken(event.dataTransfer?.files, latest.current.onFiles),
    },
  })
  useEffect(() => {
    editor?.setOptions({
      editorProps: {
        ...editor.options.editorProps,
        attributes: {
          ...(editor.options.editorProps.attributes as object),
          'aria-label': label,
          ...(isInvalid ? { 'aria-invalid': 'true' } : {}),
        },
      },
    })
    // What the placeholder says changes with the kind of message.
    if (editor && placeholder) editor.view.dispatch(editor.state.tr)
  }, [editor, label, placeholder, isInvalid])
  useImperativeHandle(
    handle,
    () => ({
      focus: () => editor?.commands.focus('end'),
      insert: (more) => editor?.chain().focus().insertContent(more).run(),
      set: (whole) => editor?.commands.setContent(whole, { emitUpdate: false }),
    }),
    [editor],
  )
  return (
    <div className="relative">
      {editor && <Toolbar editor={editor} />}
      <EditorContent editor={editor} />
      {!editor && <div className="min-h-28" />}
      {popup && shown.current && <SuggestionList shown={shown.current} id={list} onHover={(at) => setPopup({ ...popup, at })} />}
    </div>
  )
}

const waitMs = 200

/** What was found for the words after ??; of the words before them until then. */
function useArticles(popup: Popup | null, find: Props['findArticles']): Suggested[] {
  const [found, setFound] = useState<Suggested[]>([])
  const query = popup?.of === 'articles' ? popup.given.query.trim() : ''
  const asked = useRef(find)
  useEffect(() => {
    asked.current = find
  })
  useEffect(() => {
    if (query === '') return setFound([])
    let isOver = false
    const timer = setTimeout(() => {
      asked.current?.(query).then(
        (items) => !isOver && setFound(items),
        () => {}, // writing goes on without
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [query])
  return found
}

interface Chosen {
  editor: Core
  range: { from: number; to: number }
  props: Suggested
}

const mentionOf = ({ editor, range, props: { id, name } }: Chosen) =>
  void editor
    .chain()
    .focus()
    .insertContentAt(range, [
      { type: 'mention', attrs: { id, label: name } },
      { type: 'text', text: ' ' },
    ])
    .run()

function taken(files: FileList | undefined, onFiles: Props['onFiles']): boolean {
  if (!files?.length || !onFiles) return false
  onFiles([...files])
  return true
}

function Toolbar({ editor }: { editor: Core }) {
  const t = useTranslations('ui.editor')
  const is = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      bold: now.isActive('bold'),
      italic: now.isActive('italic'),
      bullets: now.isActive('bulletList'),
      numbers: now.isActive('orderedList'),
      quote: now.isActive('blockquote'),
      code: now.isActive('code'),
      link: now.isActive('link'),
    }),
  })
  const chain = () => editor.chain().focus()
  return (
    <div role="toolbar" aria-label={t('formatting')} className="flex flex-wrap items-center gap-0.5 px-2 pt-1.5">
      <Tool name={t('bold')} isOn={is.bold} onUse={() => chain().toggleBold().run()} icon={<Bold />} />
      <Tool name={t('italic')} isOn={is.italic} onUse={() => chain().toggleItalic().run()} icon={<Italic />} />
      <Tool name={t('list')} isOn={is.bullets} onUse={() => chain().toggleBulletList().run()} icon={<List />} />
      <Tool name={t('numberedList')} isOn={is.numbers} onUse={() => chain().toggleOrderedList().run()} icon={<ListOrdered />} />
      <Tool name={t('quote')} isOn={is.quote} onUse={() => chain().toggleBlockquote().run()} icon={<Quote />} />
      <Tool name={t('code')} isOn={is.code} onUse={() => chain().toggleCode().run()} icon={<Code />} />
      <LinkTool editor={editor} isOn={is.link} whole={/^[a-z]+:/i} />
    </div>
  )
}
