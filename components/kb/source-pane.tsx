'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { api } from '@/lib/wiring/client'
import { type Comparison, Parts } from './comparison'

/** What a translation is made of: the newest version of its source, or its draft. */
export interface SourceText {
  id: string
  locale: string
  language: string
  /** Null for a draft. */
  n: number | null
  title: string
  content: string
}

interface Props {
  article: ArticleOutput
  source: SourceText
  at: () => { id: string; version: number }
  beforeUse: () => Promise<boolean>
  onDone: (article: ArticleOutput) => void
  className?: string
}

/** Two texts on one page have the anchors of one. */
const withoutAnchors = (html: string) => html.replace(/<(h[2-4]) id="[^"]*"/g, '<$1')

/** The source of a translation to read while it is written, with what has changed in it since. */
export function SourcePane({ article, source, at, beforeUse, onDone, className }: Props) {
  const t = useTranslations('kb.languages')
  const [changes, setChanges] = useState<Comparison | null>(null)
  const { n } = source
  const mark = useAction(() => api.kb.markTranslated({ ...at(), ...(n ? { n } : {}) }), {
    success: t('marked'),
    onDone(now) {
      setChanges(null)
      onDone(now)
      return false
    },
  })
  const compare = useAction((since: number) => api.kb.compareVersions({ id: source.id, n: since, with: n ?? since }), {
    onDone(found) {
      setChanges(found)
      return false
    },
  })
  const since = article.sourceN && n && article.sourceN < n ? article.sourceN : null
  return (
    <section aria-label={t('sourceOf', { language: source.language })} className={cn('grid min-w-0 content-start gap-3', className)}>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-muted">
        <Link href={`/agent/kb/${source.id}`} className="text-link">
          {t('sourceOf', { language: source.language })}
        </Link>
        {n ? t('version', { n }) : t('draft')}
      </p>
      {article.isOutdated && (
        <div className="grid gap-2 rounded-md border border-warning/40 bg-note px-3 py-2 text-sm">
          <p>{t('outdatedSays')}</p>
          <span className="flex flex-wrap gap-2">
            {since && (
              <Button
                size="small"
                aria-pressed={changes !== null}
                isPending={compare.isPending}
                onClick={() => (changes ? setChanges(null) : void compare.run(since))}
              >
                {t(changes ? 'hideChanges' : 'showChanges')}
              </Button>
            )}
            <Button
              size="small"
              isPending={mark.isPending}
              disabled={!article.abilities.update}
              onClick={() => void beforeUse().then((isSaved) => isSaved && mark.run(undefined))}
            >
              {t('mark')}
            </Button>
          </span>
        </div>
      )}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys as well
        tabIndex={0}
        aria-label={t('text')}
        lang={source.locale}
        dir="auto"
        className="rounded-md border px-4 py-3 lg:sticky lg:top-14 lg:max-h-[calc(100dvh-8rem)] lg:overflow-y-auto"
      >
        <p className="mb-3 text-xl font-semibold">{changes ? <Parts parts={changes.title} /> : <bdi>{source.title}</bdi>}</p>
        {changes ? (
          <div dir="auto" className="whitespace-pre-wrap wrap-anywhere">
            <Parts parts={changes.text} />
          </div>
        ) : (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: the server cleaned it by its allow list
          <div dir="auto" className="rich article" dangerouslySetInnerHTML={{ __html: withoutAnchors(source.content) }} />
        )}
      </section>
    </section>
  )
}
