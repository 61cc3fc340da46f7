import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { viewer } from '@/app/t/viewer'
import { SignInForm } from '@/components/people/sign-in-form'
import { localPath } from '@/lib/core/local-path'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignIn({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const { desk, person } = await viewer()
  const { next } = await searchParams
  if (person) redirect(localPath(next, person.role === 'customer' ? '/requests' : '/agent'))
  return (
    <>
      <h1 className="text-lg font-semibold">Sign in</h1>
      <SignInForm next={`/sign-in?next=${encodeURIComponent(next ?? '')}`} forgotHref="/forgot-password" />
      <p className="border-t pt-4 text-sm text-muted">
        No password?{' '}
        <Link href={next ? `/magic-link?${new URLSearchParams({ next })}` : '/magic-link'} className="text-link underline">
          Get a link by mail
        </Link>
        {desk.allowSignUp && (
          <>
            {' '}
            or{' '}
            <Link href="/sign-up" className="text-link underline">
              sign up
            </Link>
          </>
        )}
        .
      </p>
    </>
  )
}
