'use client'

import { ExternalLink } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { MarkedText } from './marked-text'
import { tellChoice } from './tell'
import { useFoundArticles } from './use-found-articles'

interface Props {
  typed: string
  /** The language of the reader; without one there are no articles. */
  locale: string | undefined
  /** Whether the page must stay, because something is being written on it. */
  isAside?: boolean
  /** One was opened. */
  onChoose?: (id: string) => void
}

/** Articles that may answer what is being typed. They come and go as it changes, and are told as a status. */
export function FoundArticles({ typed, locale, isAside = false, onChoose }: Props) {
  const t = useTranslations('helpCentreSearch')
  const found = useFoundArticles(typed, locale)
  const id = useId()
  const aside = isAside ? { target: '_blank', rel: 'noopener' } : {}
  return (
    <div role="status">
      {found.length > 0 && (
        <section aria-labelledby={id} className="grid gap-1 rounded-md border bg-surface px-3 py-2.5 text-sm">
          <h2 id={id} className="font-medium">
            {t('found')}
          </h2>
          <ul className="-mx-1.5 grid">
            {found.map(({ id, locale: language, slug, title, titleHighlights, passage }, place) => (
              <li key={id}>
                <a
                  href={`/kb/${language}/${encodeURIComponent(slug)}${passage.anchor && `#${passage.anchor}`}`}
                  {...aside}
                  onClick={() => {
                    onChoose?.(id)
                    const query = typed.trim()
                    if (locale) tellChoice({ id, query, locale, rank: place + 1, place: isAside ? 'request' : 'typing' })
                  }}
                  className="grid gap-0.5 rounded-md px-1.5 py-1.5 hover:bg-line/50"
                >
                  <span className="flex items-center gap-1.5 text-link">
                    <span lang={language} dir="auto" className="min-w-0 underline wrap-anywhere">
                      <MarkedText text={title} highlights={titleHighlights} />
                    </span>
                    {isAside && <ExternalLink aria-label={t('newTab')} className="size-3.5 shrink-0" />}
                  </span>
                  <span lang={language} dir="auto" className="line-clamp-2 wrap-anywhere whitespace-pre-line text-muted">
                    <MarkedText text={passage.text} highlights={passage.highlights} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
