import type { Metadata, Viewport } from 'next'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale, getMessages, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Texts } from '@/app/texts'
import { Toasts } from '@/components/ui/toast'
import { directionOf } from '@/lib/text/language'
import './globals.css'

export const metadata: Metadata = { title: { default: 'Baraza', template: '%s' } }
/** Every page depends on its host, and its scripts carry a nonce of the request. */
export const dynamic = 'force-dynamic'
export const viewport: Viewport = { width: 'device-width', initialScale: 1, viewportFit: 'cover' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale()
  const t = await getTranslations('ui')
  const dir = directionOf(locale)
  // What says that something is wrong must not have to be asked for.
  const { failed } = (await getMessages()).ui
  return (
    <html lang={locale} dir={dir}>
      <body>
        <NextIntlClientProvider messages={{ ui: { failed } }} formats={null}>
          <Texts of={['common', 'ui']}>{children}</Texts>
        </NextIntlClientProvider>
        <Toasts containerAriaLabel={t('toasts')} position={dir === 'rtl' ? 'bottom-left' : 'bottom-right'} dir={dir} theme="system" />
      </body>
    </html>
  )
}
