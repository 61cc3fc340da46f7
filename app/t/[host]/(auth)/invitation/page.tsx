import type { Metadata } from 'next'
import { InvitationForm } from '@/components/people/link-forms'

export const metadata: Metadata = { title: 'Welcome' }

export default function Page() {
  return (
    <>
      <h1 className="text-lg font-semibold">Welcome</h1>
      <p className="text-sm text-muted">Set a password to join the team.</p>
      <InvitationForm />
    </>
  )
}
