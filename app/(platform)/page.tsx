import { Building2, Clock, Gauge, Keyboard, type LucideIcon, MailCheck, ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import light from '@/app/(platform)/inbox.webp'
import dark from '@/app/(platform)/inbox-dark.webp'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { env } from '@/lib/env'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages'))('product') })

// not-words: a media query
const isDark = '(prefers-color-scheme: dark)'

const points = {
  queue: Keyboard,
  sla: Clock,
  reliable: MailCheck,
  address: Building2,
  isolation: ShieldCheck,
  own: Gauge,
} satisfies Record<string, LucideIcon>

export default async function Landing() {
  const product = (await getTranslations('platformPages'))('product')
  const t = await getTranslations('platformPages.landing')
  const isOpen = env().SIGN_UP !== 'off'
  return (
    <div className="mx-auto grid min-h-screen max-w-6xl grid-cols-[minmax(0,1fr)] content-start gap-12 px-4 pb-10 sm:px-6">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b py-3">
        <Link href="/" className="me-auto text-lg font-semibold">
          {product}
        </Link>
        <nav aria-label={product} className="flex flex-wrap items-center gap-1">
          <Button asChild variant="ghost" size="small">
            <Link href="/find">{t('find')}</Link>
          </Button>
          <Button asChild variant="ghost" size="small">
            <Link href="/console">{t('console')}</Link>
          </Button>
        </nav>
      </header>
      <main className="grid grid-cols-[minmax(0,1fr)] gap-12">
        <section className="grid justify-items-center gap-4 text-center">
          <h1 className="max-w-2xl text-3xl font-semibold text-balance sm:text-5xl">{t('title')}</h1>
          <p className="max-w-2xl text-lg text-balance text-muted">{t('says')}</p>
          <p className="flex flex-wrap justify-center gap-2">
            {isOpen && (
              <Button asChild variant="primary" size="large">
                <Link href="/sign-up">{t('create')}</Link>
              </Button>
            )}
            <Button asChild size="large">
              <Link href="/find">{t('find')}</Link>
            </Button>
          </p>
        </section>
        <picture>
          <source media={isDark} srcSet={dark.src} />
          <img src={light.src} width={light.width} height={light.height} alt={t('picture')} className="h-auto w-full rounded-xl border" />
        </picture>
        <ul className="grid gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-3">
          {Object.entries(points).map(([name, Icon]) => (
            <li key={name} className="grid content-start gap-1">
              <Icon aria-hidden className="size-6 text-link" />
              <h2 className="font-medium">{t(`points.${name as keyof typeof points}.title`)}</h2>
              <p className="text-muted">{t(`points.${name as keyof typeof points}.says`)}</p>
            </li>
          ))}
        </ul>
      </main>
    </div>
  )
}
