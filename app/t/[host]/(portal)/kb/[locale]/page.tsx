import { call } from '@orpc/server'
import { notFound, permanentRedirect } from 'next/navigation'
import { load } from '@/app/load'
import { openHelpCentre, typed } from '@/app/t/kb/help-centre'
import { missingArticle } from '@/app/t/kb/missing-article'
import { portalMetadata, portalPage } from '@/app/t/portal-page'
import { Texts } from '@/app/texts'
import { articlePath, helpCentrePath } from '@/lib/kb/articles/article-address'
import { getPublishedArticle } from '@/lib/kb/articles/published'
import { Home, homeMetadata } from '../home'

interface Props {
  params: Promise<{ locale: string }>
}

/** The one segment of an address: a language of the help centre, or else an article's slug, which has a language before it. */
async function localeAsked(params: Props['params']): Promise<string> {
  const asked = typed((await params).locale)
  const { locales } = await openHelpCentre()
  const found = locales.find((each) => each.toLowerCase() === asked.toLowerCase())
  if (found && found !== asked) permanentRedirect(helpCentrePath(found))
  if (found) return found
  if (!asked) notFound()
  permanentRedirect(articlePath(await load((context) => call(getPublishedArticle, { slug: asked }, { context }))))
}

export const generateMetadata = portalMetadata(async ({ params }: Props) => homeMetadata(await localeAsked(params)))

export default portalPage(async function HelpCentreIn({ params }: Props) {
  return (
    <Texts of={['helpCentreSearch']}>
      <Home locale={await localeAsked(params)} />
    </Texts>
  )
}, missingArticle)
