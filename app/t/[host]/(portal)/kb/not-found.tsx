import { getTranslations } from 'next-intl/server'
import { pageContext } from '@/app/load'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

/** An article that is not there, or not for whoever looks: nobody learns which, but may sign in and look again. */
export default async function ArticleNotFound() {
  const t = await getTranslations('helpCentre.missing')
  const { person } = await viewer()
  const { caller } = await pageContext()
  const here = caller.headers.get('x-baraza-path') ?? '/'
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t(person ? 'says' : 'saysSignIn')}</p>
      <p className="flex flex-wrap justify-center gap-2">
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
      </p>
    </div>
  )
}
