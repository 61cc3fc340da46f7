import { getTranslations } from 'next-intl/server'
import type { Section } from '@/app/t/kb/article-html'

interface Props {
  sections: Section[]
  locale: string
}

/** What the article is made of: beside it where there is room, folded above it on a phone. */
export async function Contents({ sections, locale }: Props) {
  const t = await getTranslations('helpCentre')
  const list = (
    <ol lang={locale} className="grid gap-1.5 text-sm">
      {sections.map(({ id, text, level }) => (
        <li key={id} className={level === 3 ? 'ps-3' : undefined}>
          <a href={`#${id}`} dir="auto" className="block wrap-anywhere text-muted hover:text-foreground hover:underline">
            {text}
          </a>
        </li>
      ))}
    </ol>
  )
  return (
    <>
      <details className="rounded-lg border bg-raised px-4 py-2.5 lg:hidden print:hidden">
        <summary className="cursor-pointer font-medium">{t('contents')}</summary>
        <nav aria-label={t('contents')} className="pt-2">
          {list}
        </nav>
      </details>
      <nav
        aria-label={t('contents')}
        className="hidden max-h-[calc(100vh-2rem)] overflow-y-auto border-s ps-4 lg:sticky lg:top-4 lg:col-start-2 lg:row-start-1 lg:block print:hidden"
      >
        <p className="mb-2 text-sm font-medium">{t('contents')}</p>
        {list}
      </nav>
    </>
  )
}
