import { Building2, MailCheck, ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages'))('product') })

export default async function Landing() {
  const product = (await getTranslations('platformPages'))('product')
  const t = await getTranslations('platformPages.landing')
  return (
    <main className="mx-auto grid min-h-screen max-w-3xl content-center gap-10 p-6">
      <header className="grid gap-3">
        <h1 className="text-4xl font-semibold">{product}</h1>
        <p className="max-w-xl text-lg text-muted">{t('says')}</p>
      </header>
      <ul className="grid gap-6 sm:grid-cols-3">
        <Point icon={<Building2 />} title={t('address')} says={t('addressSays')} />
        <Point icon={<ShieldCheck />} title={t('isolation')} says={t('isolationSays')} />
        <Point icon={<MailCheck />} title={t('reliable')} says={t('reliableSays')} />
      </ul>
      <p className="flex flex-wrap items-center gap-4">
        <Button asChild variant="primary" size="large">
          <Link href="/sign-up">{t('create')}</Link>
        </Button>
        <Button asChild size="large">
          <Link href="/console">{t('console')}</Link>
        </Button>
        <span className="text-sm text-muted">{t('openYours')}</span>
      </p>
    </main>
  )
}

const Point = ({ icon, title, says }: { icon: ReactNode; title: string; says: string }) => (
  <li className="grid content-start gap-1">
    <span className="text-link [&_svg]:size-6">{icon}</span>
    <span className="font-medium">{title}</span>
    <span className="text-sm text-muted">{says}</span>
  </li>
)
