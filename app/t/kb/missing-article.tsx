import { getTranslations } from 'next-intl/server'
import { pageContext } from '@/app/load'
import { MissingParts } from '@/app/t/portal-page'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

/** An article that is not there, or not for whoever looks: nobody learns which, but may sign in and look again. */
export async function missingArticle() {
  const t = await getTranslations('helpCentre.missing')
  const { person } = await viewer()
  const { caller } = await pageContext()
  const here = caller.headers.get('x-baraza-path') ?? '/'
  return (
    <MissingParts title={t('title')} says={t(person ? 'says' : 'saysSignIn')}>
      <Button asChild variant="primary">
        <Link href="/">{t('home')}</Link>
      </Button>
      {!person && (
        <Button asChild>
          <Link href={`/sign-in?next=${encodeURIComponent(here)}`}>{t('signIn')}</Link>
        </Button>
      )}
      <Button asChild>
        <Link href="/submit">{t('submit')}</Link>
      </Button>
    </MissingParts>
  )
}
