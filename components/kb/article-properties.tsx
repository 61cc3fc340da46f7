'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useId, useState } from 'react'
import { TagField } from '@/components/tickets/tag-field'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { DateField } from '@/components/ui/date-field'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import type { ArticleOutput, CategoryOutput } from '@/lib/kb/articles/schema'
import { type Audience, audiences, seoLimits } from '@/lib/kb/articles/values'
import { api } from '@/lib/wiring/client'
import { RelatedField } from './related-field'

type Change = Omit<Parameters<typeof api.kb.updateArticle>[0], 'id' | 'version'>

interface Props {
  article: ArticleOutput
  at: () => { id: string; version: number }
  title: string
  categories: CategoryOutput[]
  origin: string
  problems: Record<string, string[]>
  onChange: (change: Change) => void
  beforeUse: () => Promise<boolean>
  onReviewed: (article: ArticleOutput) => void
}

/** What is about an article: where it stands, for whom, and how search engines show it. */
export function ArticleProperties({ article, at, title, categories, origin, problems, onChange, beforeUse, onReviewed }: Props) {
  const t = useTranslations('kb.properties')
  const audienceName = useTranslations('kb.audiences')
  const tagsId = useId()
  const [tags, setTags] = useState(article.tags)
  const [seo, setSeo] = useState({ title: article.seoTitle, description: article.seoDescription })
  const [reviewAt, setReviewAt] = useState(article.reviewAt?.toISOString().slice(0, 10) ?? '')
  const review = useAction((next: string) => api.kb.reviewArticle({ ...at(), reviewAt: next ? new Date(next) : null }), {
    success: t('reviewed'),
    onDone(now) {
      onReviewed(now)
      return false
    },
  })
  const isOff = !article.abilities.update
  return (
    <aside aria-label={t('label')} className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5 text-sm">
      <Part name={t('place')}>
        <Field label={t('category')} errors={problems.categoryId}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('category')}
              disabled={isOff}
              defaultValue={article.category.id}
              options={categories.map(({ id, path }) => ({ value: id, name: path.join(' › ') }))}
              onChange={(categoryId) => onChange({ categoryId })}
            />
          )}
        </Field>
        <Field
          label={t('audience')}
          hint={
            article.effectiveAudience === article.audience
              ? undefined
              : t('narrowed', { audience: audienceName(article.effectiveAudience) })
          }
          errors={problems.audience}
        >
          {(control) => (
            <ChoiceField
              {...control}
              label={t('audience')}
              disabled={isOff}
              defaultValue={article.audience}
              options={audiences.map((value) => ({ value, name: audienceName(value) }))}
              onChange={(audience) => onChange({ audience: audience as Audience })}
            />
          )}
        </Field>
        <Field label={t('slug')} hint={t('slugHint')} errors={problems.slug}>
          {(control) => (
            <Input
              {...control}
              dir="auto"
              key={article.slug}
              readOnly={isOff}
              maxLength={100}
              defaultValue={article.slug}
              onBlur={(event) => event.target.value !== article.slug && event.target.value.trim() && onChange({ slug: event.target.value })}
            />
          )}
        </Field>
        <div className="grid gap-1.5">
          <label htmlFor={tagsId} className="font-medium">
            {t('tags')}
          </label>
          <TagField
            id={tagsId}
            label={t('tags')}
            value={tags}
            isDisabled={isOff}
            problem={problems.tags?.join(' ')}
            onChange={(next) => {
              setTags(next)
              onChange({ tags: next })
            }}
            className="control h-auto min-h-9 py-1"
          />
        </div>
        <RelatedField article={article} problems={problems.relatedIds} onChange={(relatedIds) => onChange({ relatedIds })} />
        <Checkbox
          label={t('pinned')}
          disabled={isOff}
          defaultChecked={article.isPinned}
          onChange={(event) => onChange({ isPinned: event.target.checked })}
        />
        <Checkbox
          label={t('featured')}
          disabled={isOff}
          defaultChecked={article.isFeatured}
          onChange={(event) => onChange({ isFeatured: event.target.checked })}
        />
      </Part>
      <Part name={t('search')}>
        <Field label={t('excerpt')} hint={t('excerptHint')} errors={problems.excerpt}>
          {(control) => (
            <Textarea
              {...control}
              dir="auto"
              rows={2}
              readOnly={isOff}
              maxLength={500}
              defaultValue={article.excerpt}
              onChange={(event) => onChange({ excerpt: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('seoTitle')} hint={t('left', { count: seoLimits.title - seo.title.length })} errors={problems.seoTitle}>
          {(control) => (
            <Input
              {...control}
              dir="auto"
              readOnly={isOff}
              maxLength={seoLimits.title}
              value={seo.title}
              onChange={(event) => {
                setSeo({ ...seo, title: event.target.value })
                onChange({ seoTitle: event.target.value })
              }}
            />
          )}
        </Field>
        <Field
          label={t('seoDescription')}
          hint={t('left', { count: seoLimits.description - seo.description.length })}
          errors={problems.seoDescription}
        >
          {(control) => (
            <Textarea
              {...control}
              dir="auto"
              rows={3}
              readOnly={isOff}
              maxLength={seoLimits.description}
              value={seo.description}
              onChange={(event) => {
                setSeo({ ...seo, description: event.target.value })
                onChange({ seoDescription: event.target.value })
              }}
            />
          )}
        </Field>
        <Field label={t('seoKeywords')} errors={problems.seoKeywords}>
          {(control) => (
            <Input
              {...control}
              dir="auto"
              readOnly={isOff}
              maxLength={seoLimits.keywords}
              defaultValue={article.seoKeywords}
              onChange={(event) => onChange({ seoKeywords: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('canonical')} hint={t('canonicalHint')} errors={problems.canonicalUrl}>
          {(control) => (
            <Input
              {...control}
              dir="ltr"
              inputMode="url"
              readOnly={isOff}
              maxLength={500}
              defaultValue={article.canonicalUrl ?? ''}
              onBlur={(event) => {
                const canonicalUrl = event.target.value.trim() || null
                if (canonicalUrl !== article.canonicalUrl) onChange({ canonicalUrl })
              }}
            />
          )}
        </Field>
        <figure className="rounded-md border bg-raised p-3">
          <figcaption className="mb-1 text-xs text-muted">{t('preview')}</figcaption>
          <p className="truncate text-xs text-muted" dir="ltr">
            {`${origin}/…/${article.slug}`}
          </p>
          <p dir="auto" className="truncate text-base text-link">
            {seo.title || title}
          </p>
          <p dir="auto" className="line-clamp-2 text-muted">
            {seo.description || article.excerpt}
          </p>
        </figure>
      </Part>
      <Part name={t('review')}>
        <Field label={t('reviewAt')} hint={t('reviewHint')}>
          {(control) => <DateField {...control} label={t('reviewAt')} isDay value={reviewAt} onChange={setReviewAt} />}
        </Field>
        <Button
          size="small"
          isPending={review.isPending}
          onClick={() => void beforeUse().then((isSaved) => isSaved && review.run(reviewAt))}
        >
          {t('markReviewed')}
        </Button>
      </Part>
    </aside>
  )
}

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <section className="grid grid-cols-[minmax(0,1fr)] gap-3 border-b pb-5 last:border-b-0">
    <h2 className="text-xs font-medium text-muted">{name}</h2>
    {children}
  </section>
)
