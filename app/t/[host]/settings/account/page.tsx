import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { PasswordForm, ProfileForm } from '@/components/settings/account'
import { PageHeader } from '@/components/ui/layout'
import { getProfile } from '@/lib/accounts/account'

export const metadata: Metadata = { title: 'Profile and password' }

export default async function Account() {
  const profile = await load((context) => call(getProfile, undefined, { context }))
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title="Profile" says={profile.email} />
        <ProfileForm key={profile.version} profile={profile} isStaff={profile.role !== 'customer'} />
      </section>
      <section>
        <h2 className="mb-3 text-lg font-semibold">Password</h2>
        <PasswordForm />
      </section>
    </div>
  )
}
