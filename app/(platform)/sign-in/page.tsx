import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Texts } from '@/app/texts'
import { SignInForm } from '@/components/people/sign-in-form'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: t('titled', { title: t('signIn.title') }) }
}

export default async function PlatformSignIn() {
  const t = await getTranslations('platformPages.signIn')
  return (
    <main className="mx-auto grid min-h-screen max-w-sm content-center gap-5 p-5">
      <p className="justify-self-center text-lg font-semibold">{t('platform')}</p>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">{t('title')}</h1>
        <Texts of={['signIn']}>
          <SignInForm next="/console" />
        </Texts>
        <p className="text-sm text-muted">
          {t.rich('says', {
            link: (chunks) => (
              <Link href="/find" className="text-link underline">
                {chunks}
              </Link>
            ),
          })}
        </p>
      </Card>
    </main>
  )
}
