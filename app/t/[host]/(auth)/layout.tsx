import type { ReactNode } from 'react'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const { desk } = await viewer()
  return (
    <main className="mx-auto grid min-h-screen max-w-sm content-center gap-5 p-5">
      <Link href="/" className="justify-self-center text-lg font-semibold">
        {desk.name}
      </Link>
      <Card className="grid gap-4 p-6">
        <Texts of={['signIn']}>{children}</Texts>
      </Card>
    </main>
  )
}
