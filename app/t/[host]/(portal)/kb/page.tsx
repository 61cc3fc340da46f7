import { notFound } from 'next/navigation'
import { fittingLocale, openHelpCentre } from '@/app/t/kb/help-centre'
import { missingArticle } from '@/app/t/kb/missing-article'
import { portalPage } from '@/app/t/portal-page'
import { Texts } from '@/app/texts'
import { Home, homeMetadata } from './home'

const localeOfReader = async () => fittingLocale((await openHelpCentre()).locales)

export const generateMetadata = async () => homeMetadata(await localeOfReader())

/** The help centre in the language of whoever looks; without an article that they may read there is none. */
export default portalPage(async function HelpCentre() {
  const locale = await localeOfReader()
  if (!locale) notFound()
  return (
    <Texts of={['helpCentreSearch']}>
      <Home locale={locale} />
    </Texts>
  )
}, missingArticle)
