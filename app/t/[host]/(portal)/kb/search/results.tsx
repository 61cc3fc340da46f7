import { getTranslations } from 'next-intl/server'
import type { z } from 'zod'
import { languageName } from '@/app/t/kb/help-centre'
import { MarkedText } from '@/components/help-centre/marked-text'
import { Link } from '@/components/ui/link'
import { articlePath } from '@/lib/kb/articles/article-address'
import type { searchOutput } from '@/lib/kb/search/queries'

type Result = z.output<typeof searchOutput>['items'][number]

const addressOf = (result: Result) => `${articlePath(result)}${result.passage.anchor && `#${result.passage.anchor}`}`

/** The part of an article that answers, where it is sure enough that it does. */
export async function Answer({ result }: { result: Result }) {
  const t = await getTranslations('helpCentre.search')
  const { title, titleHighlights, passage, locale } = result
  return (
    <section aria-labelledby="answer" className="grid gap-2 rounded-lg border-2 border-accent bg-raised p-5">
      <h2 id="answer" className="text-sm font-medium text-muted">
        {t('answer')}
      </h2>
      <p lang={locale} dir="auto" className="wrap-anywhere whitespace-pre-line">
        <MarkedText text={passage.text} highlights={passage.highlights} />
      </p>
      <p className="text-sm">
        <Link
          href={addressOf(result)}
          data-article={result.id}
          data-rank={1}
          lang={locale}
          dir="auto"
          className="text-link underline wrap-anywhere"
        >
          <MarkedText text={title} highlights={titleHighlights} />
        </Link>
      </p>
    </section>
  )
}

interface ResultsProps {
  results: Result[]
  locale: string
  /** The place of the first of them. */
  from: number
}

export async function Results({ results, locale, from }: ResultsProps) {
  const t = await getTranslations('helpCentre.search')
  if (results.length === 0) return null
  return (
    <section aria-labelledby="results" className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <h2 id="results" className="sr-only">
        {t('results')}
      </h2>
      <ol className="divide-y rounded-lg border bg-raised">
        {results.map((result, place) => (
          <li key={result.id}>
            <Link
              href={addressOf(result)}
              data-article={result.id}
              data-rank={from + place}
              className="grid gap-0.5 px-4 py-3 hover:bg-surface"
            >
              <span className="flex items-start gap-2">
                <span lang={result.locale} dir="auto" className="min-w-0 font-medium wrap-anywhere text-link">
                  <MarkedText text={result.title} highlights={result.titleHighlights} />
                </span>
                {result.locale !== locale && (
                  <span lang={result.locale} className="ms-auto shrink-0 rounded-full border px-2 text-xs leading-5 text-muted">
                    {languageName(result.locale)}
                  </span>
                )}
              </span>
              <span lang={result.locale} dir="auto" className="line-clamp-3 text-sm wrap-anywhere whitespace-pre-line text-muted">
                <MarkedText text={result.passage.text} highlights={result.passage.highlights} />
              </span>
              <span dir="auto" className="text-sm wrap-anywhere text-muted">
                {result.category.name}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  )
}
