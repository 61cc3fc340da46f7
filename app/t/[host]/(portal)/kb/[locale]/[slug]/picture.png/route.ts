import { call } from '@orpc/server'
import { pageContext } from '@/app/load'
import { articlePicture } from '@/app/t/kb/article-picture'
import { typed } from '@/app/t/kb/help-centre'
import { findViewer } from '@/app/t/viewer'
import { getPublishedArticle } from '@/lib/kb/articles/published'

/** What other sites show beside a link to an article. */
export async function GET(_: Request, { params }: { params: Promise<{ locale: string; slug: string }> }) {
  const { locale, slug } = await params
  const context = await pageContext()
  const article = await call(getPublishedArticle, { locale: typed(locale), slug: typed(slug) }, { context }).catch(() => null)
  if (!article) return new Response(null, { status: 404 })
  const { desk } = await findViewer()
  return articlePicture({ title: article.title, workspace: desk.name, colour: desk.accent, isPublic: article.isPublic })
}
