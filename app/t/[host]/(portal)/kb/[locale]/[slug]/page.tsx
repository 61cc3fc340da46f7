import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { sectionsOf, shownArticle } from '@/app/t/kb/article-html'
import { helpCentre, workspaceOrigin } from '@/app/t/kb/help-centre'
import { JsonLd } from '@/app/t/kb/json-ld'
import { missingArticle } from '@/app/t/kb/missing-article'
import { articleData } from '@/app/t/kb/structured-data'
import { portalMetadata, portalPage } from '@/app/t/portal-page'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Reading } from '@/components/help-centre/reading'
import { Videos } from '@/components/help-centre/videos'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { ReaderTime } from '@/components/ui/time'
import { articlePath } from '@/lib/kb/articles/article-address'
import type { PublishedArticle } from '@/lib/kb/articles/published'
import { Breadcrumbs, inLanguage } from '../../parts'
import { Comments } from './comments'
import { Contents } from './contents'
import { Languages } from './languages'
import { readArticle } from './read-article'
import { RelatedArticles } from './related'
import { Vote } from './vote'

interface Props {
  params: Promise<{ locale: string; slug: string }>
}

const pictureOf = (origin: string, article: PublishedArticle) => `${origin}${articlePath(article)}/picture.png`

async function readMetadata({ params }: Props): Promise<Metadata> {
  const { locale, slug } = await params
  const article = await readArticle(locale, slug)
  const { desk } = await viewer()
  const origin = await workspaceOrigin()
  const url = origin + articlePath(article)
  const [title, description] = [article.seoTitle || article.title, article.seoDescription || article.excerpt]
  const all = [article, ...article.translations]
  const languages = all.length > 1 ? Object.fromEntries(all.map((each) => [each.locale, origin + articlePath(each)])) : undefined
  return {
    title,
    description: description || undefined,
    keywords: article.seoKeywords || undefined,
    alternates: { canonical: article.canonicalUrl ?? url, languages },
    openGraph: {
      ...{ type: 'article', title, description, url, siteName: desk.name, locale: article.locale.replace('-', '_') },
      ...{ publishedTime: article.publishedAt.toISOString(), modifiedTime: article.changedAt.toISOString(), tags: article.tags },
      images: [{ url: pictureOf(origin, article), width: 1200, height: 630, alt: article.title }],
    },
    twitter: { card: 'summary_large_image' },
    robots: article.isPublic ? undefined : { index: false },
  }
}
export const generateMetadata = portalMetadata(readMetadata)

export default portalPage(async function ArticlePage({ params }: Props) {
  const { locale, slug } = await params
  const article = await readArticle(locale, slug)
  const t = await getTranslations('helpCentre')
  const { desk, person } = await viewer()
  const { hasVotes, hasComments } = await helpCentre()
  const origin = await workspaceOrigin()
  const sections = sectionsOf(article.content)
  const surroundings = { origin, helpCentre: t('title'), workspace: desk.name, picture: pictureOf(origin, article) }
  const html = shownArticle(article.content, {
    linkTo: (heading) => t('linkTo', { heading }),
    table: t('table'),
    code: t('code'),
    video: (provider) => t('video', { provider }),
  })
  const request = new URLSearchParams({ title: article.title, topic: article.category.name })
  return (
    <>
      <JsonLd data={articleData(article, surroundings)} />
      <Breadcrumbs locale={article.locale} path={article.path} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <header className="grid min-w-0 flex-1 basis-72 gap-2">
          <h1 {...inLanguage(article.locale)} className="text-3xl leading-tight font-semibold text-start wrap-anywhere">
            {article.title}
          </h1>
          <p className="text-sm text-muted">
            {t.rich('updated', {
              minutes: article.readingMinutes,
              time: () => <ReaderTime at={article.changedAt} timeZone={(person ?? desk).timeZone} />,
            })}
          </p>
        </header>
        <Languages article={article} />
      </div>
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_13rem]">
        {sections.length > 1 && <Contents sections={sections} locale={article.locale} />}
        <article className="min-w-0 lg:col-start-1 lg:row-start-1">
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by the allow list when it was stored */}
          <div {...inLanguage(article.locale)} className="article" dangerouslySetInnerHTML={{ __html: html }} />
        </article>
      </div>
      <Reading id={article.id} />
      {html.includes('data-video=') && <Videos />}
      {hasVotes && (
        <Texts of={['articleVote']}>
          <Vote article={article} />
        </Texts>
      )}
      <RelatedArticles article={article} />
      {hasComments && (
        <Texts of={['articleComments']}>
          <Comments article={article} />
        </Texts>
      )}
      <section
        aria-labelledby="more-help"
        className="mt-10 flex flex-wrap items-center justify-between gap-3 rounded-lg border bg-surface px-5 py-4 print:hidden"
      >
        <div>
          <h2 id="more-help" className="font-semibold">
            {t('moreHelp')}
          </h2>
          <p className="text-sm text-muted">{t('moreHelpSays', { name: desk.name })}</p>
        </div>
        <Button asChild>
          <Link href={`/submit?${request}`}>{t('submit')}</Link>
        </Button>
      </section>
    </>
  )
}, missingArticle)
