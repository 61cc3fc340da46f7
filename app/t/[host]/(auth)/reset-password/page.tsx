import type { Metadata } from 'next'
import { ResetPasswordForm } from '@/components/people/link-forms'

export const metadata: Metadata = { title: 'Set a new password' }

export default function Page() {
  return (
    <>
      <h1 className="text-lg font-semibold">Set a new password</h1>
      <p className="text-sm text-muted">Choose a password that you use nowhere else.</p>
      <ResetPasswordForm />
    </>
  )
}
