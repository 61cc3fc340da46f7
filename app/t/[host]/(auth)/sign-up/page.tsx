import type { Metadata } from 'next'
import { SignUpForm } from '@/components/people/link-forms'

export const metadata: Metadata = { title: 'Sign up' }

export default function Page() {
  return (
    <>
      <h1 className="text-lg font-semibold">Sign up</h1>
      <p className="text-sm text-muted">Follow your requests in one place. No password needed.</p>
      <SignUpForm />
    </>
  )
}
