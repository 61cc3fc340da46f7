import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Texts } from '@/app/texts'
import { SignUpForm } from '@/components/platform/sign-up'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { env } from '@/lib/env'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: t('titled', { title: t('signUp.title') }) }
}
export const dynamic = 'force-dynamic'

export default async function SignUp() {
  const t = await getTranslations('platformPages')
  const { SIGN_UP, ROOT_DOMAIN } = env()
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Link href="/" className="justify-self-center text-lg font-semibold">
        {t('product')}
      </Link>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">{t('signUp.title')}</h1>
        {SIGN_UP === 'off' ? (
          <p className="text-muted">{t('signUp.closed')}</p>
        ) : (
          <Texts of={['platform']}>
            <SignUpForm rootDomain={ROOT_DOMAIN} />
          </Texts>
        )}
      </Card>
    </main>
  )
}
