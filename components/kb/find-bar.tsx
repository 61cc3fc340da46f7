'use client'

import { type Editor, useEditorState } from '@tiptap/react'
import { CaseSensitive, ChevronDown, ChevronUp, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { findNext, findPrev } from 'prosemirror-search'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Tool } from '@/components/ui/editor-tools'
import { Input } from '@/components/ui/field'
import { matchesIn, placeOf, replaceAll, replaceSelected, setQuery } from './find-replace'

interface Props {
  editor: Editor
  /** Counts how often it was asked for: the field is gone to each time. */
  asked: number
  onClose: () => void
}

/** Finds words in the text of an article and replaces them. */
export function FindBar({ editor, asked, onClose }: Props) {
  const t = useTranslations('kb.find')
  const [words, setWords] = useState('')
  const [isExact, setExact] = useState(false)
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const { count, place } = useEditorState({
    editor,
    selector: ({ editor: now }) => {
      const matches = matchesIn(now.state)
      return { count: matches.length, place: placeOf(now.state, matches) }
    },
  })
  const step = (way: typeof findNext) => void way(editor.state, editor.view.dispatch)
  function find(next: string, exact: boolean) {
    setWords(next)
    setExact(exact)
    setQuery(editor, next, exact)
    // From where the cursor is; what is typed on narrows the same place.
    const { from } = editor.state.selection
    editor.commands.setTextSelection(from)
    step(findNext)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it is asked for
  useEffect(() => {
    const { from, to } = editor.state.selection
    const selected = editor.state.doc.textBetween(from, to, '\n')
    if (selected && !selected.includes('\n')) find(selected, isExact)
    field.current?.focus()
    field.current?.select()
  }, [asked])
  useEffect(() => () => void (editor.isDestroyed || setQuery(editor, '', false)), [editor])
  function replace() {
    if (!replaceSelected(editor, text) && count === 0) return
    step(findNext)
  }
  function onKeyDown(event: KeyboardEvent, onEnter: () => void) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') onEnter()
    else if (event.key === 'Escape') {
      onClose()
      editor.commands.focus()
    } else if (event.key === 'f' && (event.metaKey || event.ctrlKey)) field.current?.select()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <search aria-label={t('label')} className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 border-t py-1 text-sm">
      <span className="flex min-w-0 flex-wrap items-center gap-1">
        <Input
          ref={field}
          aria-label={t('words')}
          placeholder={t('words')}
          dir="auto"
          value={words}
          maxLength={200}
          onChange={(event) => find(event.target.value, isExact)}
          onKeyDown={(event) => onKeyDown(event, () => step(event.shiftKey ? findPrev : findNext))}
          className="h-7 w-44 min-w-0 px-2 text-sm max-sm:w-24"
        />
        <span role="status" className="min-w-14 px-1 text-xs text-muted tabular-nums">
          {words && (count === 0 ? t('none') : place ? t('place', { place, count }) : t('count', { count }))}
        </span>
        <Tool name={t('exact')} isOn={isExact} onUse={() => find(words, !isExact)} icon={<CaseSensitive />} />
        <Tool name={t('previous')} isOff={count === 0} onUse={() => step(findPrev)} icon={<ChevronUp />} />
        <Tool name={t('next')} isOff={count === 0} onUse={() => step(findNext)} icon={<ChevronDown />} />
        <Tool name={t('close')} onUse={onClose} icon={<X />} />
      </span>
      <span className="flex min-w-0 flex-wrap items-center gap-1">
        <Input
          aria-label={t('text')}
          placeholder={t('text')}
          dir="auto"
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => onKeyDown(event, replace)}
          className="h-7 w-44 min-w-0 px-2 text-sm max-sm:w-24"
        />
        <Button size="small" disabled={count === 0} onClick={replace}>
          {t('replace')}
        </Button>
        <Button size="small" disabled={count === 0} onClick={() => replaceAll(editor, text)}>
          {t('replaceAll')}
        </Button>
      </span>
    </search>
  )
}
