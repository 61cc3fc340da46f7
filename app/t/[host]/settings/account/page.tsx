import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { PasswordForm, ProfileForm } from '@/components/settings/account'
import { OwnPicture } from '@/components/settings/own-picture'
import { OwnSignature } from '@/components/settings/signatures'
import { PageHeader } from '@/components/ui/layout'
import { getProfile } from '@/lib/accounts/account'
import { avatarVersion } from '@/lib/accounts/avatar-file'
import { getOwnSignature } from '@/lib/correspondence/signature'
import { choosable, localeOf } from '@/lib/text/language'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.account'))('title') })

export default async function Account() {
  const t = await getTranslations('settingsPages.account')
  const profile = await load((context) => call(getProfile, undefined, { context }))
  const isStaff = profile.role !== 'customer'
  const signature = isStaff ? await load((context) => call(getOwnSignature, undefined, { context })) : null
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title={t('profile')} says={profile.email} />
        {isStaff && <OwnPicture person={profile} hasPicture={avatarVersion(profile.id, profile.avatarUrl) !== null} />}
        <ProfileForm key={profile.version} profile={profile} isStaff={isStaff} languages={choosable().map(localeOf)} />
      </section>
      {signature && (
        <section>
          <h2 className="mb-3 text-lg font-semibold">{t('signature')}</h2>
          <OwnSignature key={signature.version} {...signature} />
        </section>
      )}
      <section>
        <h2 className="mb-3 text-lg font-semibold">{t('password')}</h2>
        <PasswordForm />
      </section>
    </div>
  )
}
