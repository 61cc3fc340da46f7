'use client'

import type { Editor } from '@tiptap/react'
import { Link2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Input } from './field'

interface ToolProps {
  name: string
  isOn?: boolean
  isOff?: boolean
  onUse: () => void
  icon: ReactNode
}

/** A button of the toolbar of an editor; the text keeps its selection. */
export const Tool = ({ name, isOn, isOff, onUse, icon }: ToolProps) => (
  <button
    type="button"
    aria-label={name}
    title={name}
    aria-pressed={isOn}
    disabled={isOff}
    onMouseDown={(event) => event.preventDefault()}
    onClick={onUse}
    className="rounded p-1.5 text-muted hover:bg-surface disabled:opacity-40 aria-pressed:bg-line/70 aria-pressed:text-foreground [&_svg]:size-4"
  >
    {icon}
  </button>
)

interface LinkToolProps {
  editor: Editor
  isOn: boolean
  /** What needs no `https://` before it. */
  whole: RegExp
}

/** Makes a link of what is selected, or of its address where nothing is; an empty address takes the link away. */
export function LinkTool({ editor, isOn, whole }: LinkToolProps) {
  const t = useTranslations('ui.editor')
  const [address, setAddress] = useState<string | null>(null)
  function setLink() {
    const typed = address?.trim() ?? ''
    const href = typed && !whole.test(typed) ? `https://${typed}` : typed
    const chain = editor.chain().focus()
    if (!href) chain.extendMarkRange('link').unsetLink().run()
    else if (editor.state.selection.empty && !isOn)
      chain.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run()
    else chain.extendMarkRange('link').setLink({ href }).run()
    setAddress(null)
  }
  return (
    <>
      <Tool
        name={t('link')}
        isOn={isOn}
        onUse={() => setAddress(address === null ? String(editor.getAttributes('link').href ?? '') : null)}
        icon={<Link2 />}
      />
      {address !== null && (
        <Input
          aria-label={t('linkAddress')}
          dir="ltr"
          autoFocus
          value={address}
          placeholder="https://"
          onChange={(event) => setAddress(event.target.value)}
          onBlur={setLink}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault()
              setLink()
            }
            if (event.key === 'Escape') setAddress(null)
          }}
          className="ms-1 h-7 w-56 max-w-full px-2 text-sm"
        />
      )}
    </>
  )
}
