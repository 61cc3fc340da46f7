'use client'

import { ArrowLeft } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useFormatter, useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { OthersHere, useCompanyOn } from '@/components/realtime/company'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'
import type { ArticleOutput, CategoryOutput } from '@/lib/kb/articles/schema'
import { channels } from '@/lib/realtime/schema'
import { ArticleActions } from './article-actions'
import { ArticleLanguages, type Language } from './article-languages'
import { ArticleProperties } from './article-properties'
import type { ArticleTextHandle } from './article-text'
import { Clash } from './clash'
import { VersionHistory } from './history'
import { SourcePane, type SourceText } from './source-pane'
import { StatusBadge } from './status-badge'
import { useAutosave } from './use-autosave'

/** The editor is a large part of the page's code. */
const ArticleText = dynamic(() => import('./article-text').then((module) => module.ArticleText), {
  ssr: false,
  loading: () => <div className="min-h-[50vh] rounded-md border bg-raised" />,
})

interface Props {
  first: ArticleOutput
  categories: CategoryOutput[]
  /** Those that an article can be written in. */
  languages: Language[]
  /** What it translates. */
  source: SourceText | null
  timeZone: string
  origin: string
  personId: string
  /** How far the article's channel was when it was read. */
  since: number
}

const wordsAMinute = 200

/** Writing an article: its text, what is about it, and what becomes of it. */
export function ArticleEditor({ first, categories, languages, source, timeZone, origin, personId, since }: Props) {
  const t = useTranslations('kb.editor')
  const format = useFormatter()
  const saving = useAutosave(first, (now, written) => {
    if (written.title === undefined) setTitle(now.title)
    if (written.content === undefined && now.content !== text.current?.get()) text.current?.set(now.content)
    // Not below whoever is filling them in.
    if (!document.activeElement?.closest('aside')) setEdition((before) => before + 1)
  })
  const { article, state, problem, theirs, newer } = saving
  const { others, writing, sayTyping } = useCompanyOn(channels.article(first.id), since, saving.look)
  const change: typeof saving.change = (more) => {
    sayTyping()
    saving.change(more)
  }
  const [title, setTitle] = useState(first.title)
  const [words, setWords] = useState<number | null>(null)
  /** Counts what replaces all that is in the fields. */
  const [edition, setEdition] = useState(0)
  const text = useRef<ArticleTextHandle>(null)
  const [isBeside, setBeside] = useState(source !== null)
  /** What a narrow screen shows of the two. */
  const [pane, setPane] = useState<'own' | 'source'>('own')
  const isReadOnly = !article.abilities.update
  /** Shows an article as the server has it, in place of what stands in the fields. */
  function show(now: ArticleOutput) {
    saving.adopt(now)
    setTitle(now.title)
    text.current?.set(now.content)
    setEdition((before) => before + 1)
  }
  return (
    <article className="min-w-0">
      <h1 className="sr-only">
        <bdi>{article.title}</bdi>
      </h1>
      <header className="sticky top-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-2 border-b bg-background px-4 py-2">
        <Link href="/agent/kb" aria-label={t('back')} title={t('back')} className="rounded p-1 hover:bg-surface">
          <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
        </Link>
        <StatusBadge status={article.status} isPublished={article.isPublished} />
        <span role="status" className="text-xs text-muted">
          {t(`states.${state}`)}
        </span>
        {state === 'failed' && !theirs && (
          <Button size="small" variant="ghost" onClick={() => void saving.save()}>
            {t('again')}
          </Button>
        )}
        <span role="status" className="text-xs text-warning empty:hidden">
          {writing.length > 0 && t('writing', { count: writing.length, names: format.list(writing.map(({ name }) => name)) })}
        </span>
        <span className="ms-auto flex flex-wrap items-center gap-2">
          <OthersHere others={others} />
          <Button asChild size="small" variant="ghost">
            <Link href={`/agent/kb/${article.id}/analytics`}>{t('analytics')}</Link>
          </Button>
          <VersionHistory article={article} at={saving.at} timeZone={timeZone} beforeUse={saving.save} onRestored={show} />
          <ArticleActions article={article} at={saving.at} timeZone={timeZone} beforeUse={saving.save} onDone={saving.adopt} />
        </span>
      </header>
      {(theirs ?? newer) && (
        <Clash
          theirs={(theirs ?? newer) as ArticleOutput}
          personId={personId}
          mine={saving.mine}
          onMine={theirs ? () => saving.choose('mine') : undefined}
          onTheirs={() => {
            saving.choose('theirs')
            show((theirs ?? newer) as ArticleOutput)
          }}
        />
      )}
      <ArticleLanguages
        article={article}
        languages={languages}
        text={() => source ?? { title, content: article.content }}
        beforeUse={saving.save}
        isBeside={source ? isBeside : undefined}
        onBeside={setBeside}
      />
      {source && (
        <fieldset aria-label={t('panes')} className="flex gap-1 px-4 pt-3 text-sm lg:hidden">
          {(['own', 'source'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={pane === each}
              onClick={() => setPane(each)}
              className="rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-pressed:bg-line/70 aria-pressed:font-medium"
            >
              {t(`pane.${each}`)}
            </button>
          ))}
        </fieldset>
      )}
      <div
        className={cn(
          'grid grid-cols-[minmax(0,1fr)] gap-6 px-4 py-4',
          source && isBeside ? 'lg:grid-cols-2 2xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_20rem]' : 'lg:grid-cols-[minmax(0,1fr)_20rem]',
        )}
      >
        <div className={cn('grid min-w-0 grid-cols-1 content-start gap-3', source && pane === 'source' && 'max-lg:hidden')}>
          {state === 'failed' && !theirs && problem && <FormError>{problem.message || t('unreachable')}</FormError>}
          {article.rejectionReason && (
            <p className="rounded-md border border-warning/40 bg-note px-3 py-2 text-sm">
              {t('rejected')} <bdi>{article.rejectionReason}</bdi>
            </p>
          )}
          <input
            aria-label={t('title')}
            placeholder={t('title')}
            dir="auto"
            maxLength={200}
            value={title}
            readOnly={isReadOnly}
            onChange={(event) => {
              setTitle(event.target.value)
              if (event.target.value.trim()) change({ title: event.target.value })
            }}
            className="w-full bg-transparent text-xl font-semibold outline-none placeholder:text-muted focus-visible:outline-2 focus-visible:outline-link"
          />
          <ArticleText
            articleId={first.id}
            locale={first.locale}
            label={t('text')}
            html={first.content}
            isReadOnly={isReadOnly}
            handle={text}
            onReady={setWords}
            onChange={(content, count) => {
              setWords(count)
              change({ content })
            }}
          />
          {words !== null && (
            <p className="text-xs text-muted">{t('length', { words, minutes: Math.max(1, Math.ceil(words / wordsAMinute)) })}</p>
          )}
        </div>
        {source && (
          <SourcePane
            article={article}
            source={source}
            at={saving.at}
            beforeUse={saving.save}
            onDone={saving.adopt}
            className={cn(pane === 'own' && 'max-lg:hidden', !isBeside && 'lg:hidden')}
          />
        )}
        <ArticleProperties
          key={edition}
          article={article}
          at={saving.at}
          title={title}
          categories={categories}
          origin={origin}
          problems={problem?.fields ?? {}}
          onChange={change}
          onReviewed={saving.adopt}
          beforeUse={saving.save}
        />
      </div>
    </article>
  )
}
