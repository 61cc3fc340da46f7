import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { helpCentre, languageName, openHelpCentre, workspaceOrigin } from '@/app/t/kb/help-centre'
import { viewer } from '@/app/t/viewer'
import { HelpCentreSearch } from '@/components/help-centre/search-form'
import { PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { helpCentrePath } from '@/lib/kb/articles/article-address'
import { HelpCentreStart } from './start'

/** What the workspace calls its help centre; without a name of its own it bears the workspace's, which stands above it already. */
async function titleOf() {
  const t = await getTranslations('helpCentre')
  const [{ title }, { desk }] = [await helpCentre(), await viewer()]
  return title === desk.name ? t('title') : title
}

export async function homeMetadata(locale: string | undefined): Promise<Metadata> {
  const { description, locales } = await openHelpCentre()
  const { desk } = await viewer()
  const origin = await workspaceOrigin()
  const title = await titleOf()
  if (!locale) return { title }
  const languages = Object.fromEntries(locales.map((each) => [each, origin + helpCentrePath(each)]))
  const url = origin + helpCentrePath(locale)
  return {
    title,
    description: description || undefined,
    alternates: { canonical: url, languages: { ...languages, 'x-default': origin + helpCentrePath() } },
    openGraph: {
      type: 'website',
      title,
      description: description || undefined,
      url,
      siteName: desk.name,
      locale: locale.replace('-', '_'),
    },
  }
}

export async function Home({ locale }: { locale: string }) {
  const t = await getTranslations('helpCentre')
  const { description, locales } = await openHelpCentre()
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <PageHeader title={await titleOf()} says={description || undefined}>
        {locales.length > 1 && (
          <nav aria-label={t('language')} className="flex flex-wrap gap-1">
            {locales.map((each) => (
              <Link
                key={each}
                href={helpCentrePath(each)}
                lang={each}
                hrefLang={each}
                aria-current={each === locale ? 'true' : undefined}
                className="rounded-md px-2.5 py-1 text-sm hover:bg-surface aria-[current]:bg-line/70 aria-[current]:font-medium"
              >
                {languageName(each)}
              </Link>
            ))}
          </nav>
        )}
      </PageHeader>
      <HelpCentreSearch locale={locale} className="max-w-2xl" />
      <HelpCentreStart locale={locale} />
    </div>
  )
}
