import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlatformCard } from '@/app/(platform)/platform-card'
import { Texts } from '@/app/texts'
import { SignUpForm } from '@/components/platform/sign-up'
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
    <PlatformCard title={t('signUp.title')}>
      {SIGN_UP === 'off' ? (
        <p className="text-muted">{t('signUp.closed')}</p>
      ) : (
        <Texts of={['platform']}>
          <SignUpForm rootDomain={ROOT_DOMAIN} />
        </Texts>
      )}
    </PlatformCard>
  )
}
