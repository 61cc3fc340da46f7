import type { Metadata } from 'next'
import Link from 'next/link'
import { SignUpDesk } from '@/components/platform/sign-up'
import { Card } from '@/components/ui/layout'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'Open a desk · Baraza' }
export const dynamic = 'force-dynamic'

export default function SignUp() {
  const { SIGN_UP, ROOT_DOMAIN } = env()
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Link href="/" className="justify-self-center text-lg font-semibold">
        Baraza
      </Link>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">Open a desk</h1>
        {SIGN_UP === 'off' ? (
          <p className="text-muted">This installation takes no sign-ups. Ask its operator for a desk.</p>
        ) : (
          <SignUpDesk rootDomain={ROOT_DOMAIN} />
        )}
      </Card>
    </main>
  )
}
