import type { Metadata } from 'next'
import { LinkRequestForm } from '@/components/people/link-forms'

export const metadata: Metadata = { title: 'Set a new password' }

export default function Page() {
  return (
    <>
      <h1 className="text-lg font-semibold">Set a new password</h1>
      <p className="text-sm text-muted">Enter your address and we send you a link to set a new password.</p>
      <LinkRequestForm purpose="password-reset" />
    </>
  )
}
