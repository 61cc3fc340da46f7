'use client'

import { Columns2, Languages, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Link } from '@/components/ui/link'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { useNewArticle } from './use-new-article'

export interface Language {
  value: string
  name: string
  /** Whether the help centre has articles in it. */
  isUsed: boolean
}

interface Props {
  article: ArticleOutput
  languages: Language[]
  /** The text that a new translation begins with. */
  text: () => Pick<ArticleOutput, 'title' | 'content'>
  beforeUse: () => Promise<boolean>
  /** Whether the source stands beside the text; undefined for an article that has none. */
  isBeside?: boolean
  onBeside: (isBeside: boolean) => void
}

const tag = 'inline-flex items-center gap-1.5 rounded-md px-2 py-1 hover:bg-surface'

/** The languages of an article: which it has, which of them are older than their source and which are missing. */
export function ArticleLanguages({ article, languages, text, beforeUse, isBeside, onBeside }: Props) {
  const t = useTranslations('kb.languages')
  const [wanted, setWanted] = useState<string | null>(null)
  const source = article.sourceId ?? article.id
  const has = [article, ...article.translations].toSorted(
    (a, b) => Number(b.id === source) - Number(a.id === source) || a.locale.localeCompare(b.locale),
  )
  const others = languages.filter(({ value }) => !has.some(({ locale }) => locale === value))
  const nameOf = (locale: string) => languages.find(({ value }) => value === locale)?.name ?? locale
  const missing = others.filter(({ isUsed }) => isUsed)
  return (
    <nav aria-label={t('label')} className="flex flex-wrap items-center gap-x-1 gap-y-0.5 border-b px-4 py-1 text-sm">
      <Languages aria-hidden className="me-1 size-4 text-muted" />
      <ul className="contents">
        {has.map(({ id, locale, isPublished, isOutdated }) => (
          <li key={id}>
            <Link
              href={`/agent/kb/${id}`}
              aria-current={id === article.id ? 'page' : undefined}
              className={`${tag} aria-[current=page]:bg-line/70 aria-[current=page]:font-medium`}
            >
              <bdi lang={locale}>{nameOf(locale)}</bdi>
              {has.length > 1 && id === source && <span className="text-xs font-normal text-muted">{t('source')}</span>}
              {isOutdated && <span className="text-xs font-normal text-warning">{t('outdated')}</span>}
              {!isPublished && !isOutdated && id !== article.id && (
                <span className="text-xs font-normal text-muted">{t('unpublished')}</span>
              )}
            </Link>
          </li>
        ))}
        {article.abilities.update &&
          missing.map(({ value, name }) => (
            <li key={value}>
              <button type="button" onClick={() => setWanted(value)} className={`${tag} text-muted`}>
                <bdi lang={value}>{name}</bdi> <span className="text-xs">{t('missing')}</span>
              </button>
            </li>
          ))}
      </ul>
      {article.abilities.update && others.length > 0 && (
        <button type="button" onClick={() => setWanted('')} className={`${tag} text-link`}>
          <Plus aria-hidden className="size-4" /> {t('add')}
        </button>
      )}
      {isBeside !== undefined && (
        <button
          type="button"
          aria-pressed={isBeside}
          onClick={() => onBeside(!isBeside)}
          className={`${tag} ms-auto text-muted max-lg:hidden aria-pressed:bg-line/70 aria-pressed:text-foreground`}
        >
          <Columns2 aria-hidden className="size-4" /> {t('beside')}
        </button>
      )}
      {wanted !== null && (
        <NewTranslation
          article={article}
          languages={others}
          wanted={wanted}
          text={text}
          beforeUse={beforeUse}
          onClose={() => setWanted(null)}
        />
      )}
    </nav>
  )
}

interface NewProps extends Pick<Props, 'article' | 'languages' | 'text' | 'beforeUse'> {
  wanted: string
  onClose: () => void
}

function NewTranslation({ article, languages, wanted, text, beforeUse, onClose }: NewProps) {
  const t = useTranslations('kb.languages')
  const { run, error, isPending } = useNewArticle()
  const first = text()
  async function send(form: FormData) {
    if (!(await beforeUse())) return false
    const { category, audience, tags, sourceId, id } = article
    return run({
      title: String(form.get('title') ?? ''),
      locale: String(form.get('locale') ?? ''),
      sourceId: sourceId ?? id,
      content: form.get('copy') ? text().content : '',
      ...{ categoryId: category.id, audience, tags },
    })
  }
  return (
    <FormDialog title={t('add')} submit={t('create')} error={error} isPending={isPending} onClose={onClose} onSubmit={send}>
      <Field label={t('language')} errors={error?.fields.locale}>
        {(control) => (
          <ChoiceField {...control} name="locale" label={t('language')} defaultValue={wanted || languages[0]?.value} options={languages} />
        )}
      </Field>
      <Field label={t('title')} errors={error?.fields.title}>
        {(control) => <Input {...control} name="title" dir="auto" maxLength={200} defaultValue={first.title} required autoFocus />}
      </Field>
      <Checkbox name="copy" defaultChecked label={t('copy')} />
    </FormDialog>
  )
}
