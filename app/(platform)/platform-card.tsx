import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'

/** The frame of a page with one form, below the product's name. */
export async function PlatformCard({ title, children }: { title: string; children: ReactNode }) {
  const t = await getTranslations('platformPages')
  return (
    <main className="mx-auto grid min-h-screen w-full max-w-md content-center gap-5 p-5">
      <Link href="/" className="justify-self-center text-lg font-semibold">
        {t('product')}
      </Link>
      <Card className="grid gap-4 p-6">
        <h1 className="text-lg font-semibold">{title}</h1>
        {children}
      </Card>
    </main>
  )
}
