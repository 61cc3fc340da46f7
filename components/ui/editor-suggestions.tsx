import type { SuggestionProps } from '@tiptap/suggestion'
import { useTranslations } from 'next-intl'
import { cn } from './cn'

export interface Suggested {
  id: string
  name: string
  hint?: string
  /** What it puts in, as cleaned rich text: shown while it is the one that Enter takes. */
  preview?: string
  /** The rich text that it puts in, where that is not its name. */
  html?: string
}

/** Where someone types a name, and of what. */
export interface Popup {
  of: 'mentions' | 'snippets' | 'articles'
  given: SuggestionProps<Suggested>
  at: number
}

export interface Suggestions {
  popup: Popup
  /** At least one. */
  items: Suggested[]
}

const most = 8

/** What fits what is typed; nothing if nothing does. */
export function suggestionsOf(popup: Popup, options: Suggested[] = []): Suggestions | null {
  const query = popup.given.query.toLowerCase()
  // Articles were looked for by what is typed.
  const fits = ({ name }: Suggested) => popup.of === 'articles' || name.toLowerCase().includes(query)
  const items = options.filter(fits).slice(0, most)
  return items.length > 0 ? { popup, items } : null
}

/** Whether a key was for the suggestions. */
export function pressed(event: KeyboardEvent, shown: Suggestions | null, setPopup: (popup: Popup | null) => void): boolean {
  if (!shown) return false
  const { popup, items } = shown
  const { at, given } = popup
  const last = items.length - 1
  if (event.key === 'ArrowDown') setPopup({ ...popup, at: at >= last ? 0 : at + 1 })
  else if (event.key === 'ArrowUp') setPopup({ ...popup, at: at === 0 ? last : at - 1 })
  else if (event.key === 'Enter' || event.key === 'Tab') given.command(items[at] as Suggested)
  else if (event.key === 'Escape') setPopup(null)
  else return false
  return true
}

interface Props {
  shown: Suggestions
  id: string
  onHover: (at: number) => void
}

export function SuggestionList({ shown: { popup, items }, id, onHover }: Props) {
  const t = useTranslations('ui.editor')
  const { given, at } = popup
  const rect = given.clientRect?.()
  if (!rect) return null
  const isLow = rect.bottom > window.innerHeight - 436
  const preview = items[at]?.preview
  return (
    <div
      style={isLow ? { left: rect.left, bottom: window.innerHeight - rect.top + 4 } : { left: rect.left, top: rect.bottom + 4 }}
      className="fixed z-50 flex max-h-[26rem] max-w-[calc(100vw-1rem)] rounded-md border bg-raised shadow-md"
    >
      <div id={id} role="listbox" aria-label={t('suggestions')} className="w-64 max-w-full overflow-y-auto p-1">
        {items.map((item, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text has the focus and the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the text keeps the focus
          <div
            key={item.id}
            ref={place === at ? (shownItem) => shownItem?.scrollIntoView({ block: 'nearest' }) : undefined}
            role="option"
            aria-selected={place === at}
            onPointerMove={() => onHover(place)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => given.command(item)}
            className={cn('cursor-pointer rounded px-2 py-1.5 text-sm', place === at && 'bg-line/60')}
          >
            <bdi className="block truncate">{item.name}</bdi>
            {item.hint && <span className="block truncate text-xs text-muted">{item.hint}</span>}
          </div>
        ))}
      </div>
      {preview && (
        <div
          dir="auto"
          className="rich hidden w-72 overflow-y-auto border-s p-3 text-sm sm:block"
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the server cleaned it
          dangerouslySetInnerHTML={{ __html: preview }}
        />
      )}
    </div>
  )
}
