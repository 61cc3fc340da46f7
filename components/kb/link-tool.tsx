'use client'

import type { Editor } from '@tiptap/react'
import { Link2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useId, useState } from 'react'
import { Tool } from '@/components/ui/editor-tools'
import { Input } from '@/components/ui/field'
import { articlePath } from '@/lib/kb/articles/article-address'
import { useTitles } from './use-titles'

interface Props {
  editor: Editor
  isOn: boolean
  /** The language of what is written: its articles come first. */
  locale: string
}

/** What needs no `https://` before it. */
const whole = /^([a-z]+:|\/|#)/i
/** What is an address rather than words of a title. */
const isAddress = (typed: string) => whole.test(typed) || /^\S+\.\S+$/.test(typed)

/**
 * Makes a link: to an article that is found by its title, or to an address. A link to an article names its place in the help centre, which
 * leads to the article whatever it is called later.
 */
export function ArticleLinkTool({ editor, isOn, locale }: Props) {
  const t = useTranslations('kb.links')
  const ui = useTranslations('ui.editor')
  const list = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const asked = typed?.trim() ?? ''
  const found = useTitles(isAddress(asked) ? '' : asked, locale)
  const isOpen = typed !== null && found.length > 0
  const chosen = found[at]

  function setLink(href: string, name = href) {
    const chain = editor.chain().focus()
    if (!href) chain.extendMarkRange('link').unsetLink().run()
    else if (editor.state.selection.empty && !isOn)
      chain.insertContent({ type: 'text', text: name, marks: [{ type: 'link', attrs: { href } }] }).run()
    else chain.extendMarkRange('link').setLink({ href }).run()
    setTyped(null)
  }
  const take = (one: (typeof found)[number]) => setLink(articlePath(one), one.title)
  function setAddress() {
    if (asked === '' || isAddress(asked)) setLink(asked && !whole.test(asked) ? `https://${asked}` : asked)
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' && isOpen) setAt((at + 1) % found.length)
    else if (event.key === 'ArrowUp' && isOpen) setAt((at + found.length - 1) % found.length)
    else if (event.key === 'Enter') chosen ? take(chosen) : setAddress()
    else if (event.key === 'Escape') {
      setTyped(null)
      editor.commands.focus()
    } else return
    event.preventDefault()
  }
  return (
    <>
      <Tool
        name={ui('link')}
        isOn={isOn}
        onUse={() => {
          setAt(0)
          setTyped(typed === null ? String(editor.getAttributes('link').href ?? '') : null)
        }}
        icon={<Link2 />}
      />
      {typed !== null && (
        <span className="relative ms-1 min-w-0">
          <Input
            role="combobox"
            aria-label={t('label')}
            aria-expanded={isOpen}
            aria-controls={list}
            aria-activedescendant={isOpen ? `${list}-${at}` : undefined}
            aria-autocomplete="list"
            dir="auto"
            autoFocus
            value={typed}
            placeholder={t('label')}
            onChange={(event) => {
              setTyped(event.target.value)
              setAt(0)
            }}
            onBlur={() => {
              if (isAddress(asked) || asked === '') setAddress()
              else setTyped(null)
            }}
            onKeyDown={onKeyDown}
            className="h-7 w-72 max-w-full px-2 text-sm"
          />
          {isOpen && (
            <div
              id={list}
              role="listbox"
              aria-label={t('articles')}
              className="absolute start-0 top-full z-20 mt-1 w-96 max-w-[calc(100vw-2rem)] rounded-md border bg-raised p-1 text-sm shadow-md"
            >
              {found.map((one, place) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
                <div
                  key={one.id}
                  id={`${list}-${place}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={place === at}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => take(one)}
                  className="flex cursor-pointer flex-wrap items-baseline gap-x-2 rounded px-2 py-1.5 hover:bg-surface aria-selected:bg-line/60"
                >
                  <bdi className="min-w-0 flex-1 basis-40 wrap-anywhere">{one.title}</bdi>
                  <span className="text-xs text-muted">
                    {one.locale !== locale && `${one.locale.toUpperCase()} · `}
                    {!one.isPublished ? t('unpublished') : one.effectiveAudience === 'agents' ? t('forTeam') : ''}
                  </span>
                </div>
              ))}
            </div>
          )}
          <span role="status" className="sr-only">
            {asked !== '' && !isAddress(asked) ? t('found', { count: found.length }) : ''}
          </span>
        </span>
      )}
    </>
  )
}
