import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ResetPasswordForm } from '@/components/people/link-forms'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('reset.title') })

export default async function Page() {
  const t = await getTranslations('signIn.reset')
  return (
    <>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <p className="text-sm text-muted">{t('says')}</p>
      <ResetPasswordForm />
    </>
  )
}
