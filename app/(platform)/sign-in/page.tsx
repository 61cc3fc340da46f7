import type { Metadata } from 'next'
import { SignInForm } from '@/components/people/sign-in-form'
import { Card } from '@/components/ui/layout'

export const metadata: Metadata = { title: 'Sign in · Baraza' }

export default function PlatformSignIn() {
  return (
    <main className="mx-auto grid min-h-screen max-w-sm content-center gap-5 p-5">
      <p className="justify-self-center text-lg font-semibold">Baraza platform</p>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">Sign in</h1>
        <SignInForm next="/console" />
        <p className="text-sm text-muted">For the operator's people only. To use a desk, open its own address.</p>
      </Card>
    </main>
  )
}
