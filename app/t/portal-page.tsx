import type { Metadata } from 'next'
import { isHTTPAccessFallbackError } from 'next/dist/client/components/http-access-fallback/http-access-fallback'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { pageIsMissing } from '@/lib/procedure/refused-page'

/** The page, and where it leads nowhere that there is nothing: Next would send an empty page, which scripts fill. */
export const portalPage =
  <P,>(page: (props: P) => ReactNode | Promise<ReactNode>, missing: () => Promise<ReactNode> = missingPage) =>
  async (props: P): Promise<ReactNode> => {
    try {
      return await page(props)
    } catch (error) {
      if (!isHTTPAccessFallbackError(error)) throw error
      pageIsMissing()
      return missing()
    }
  }

/** What such a page says of itself. */
export const portalMetadata =
  <P,>(read: (props: P) => Promise<Metadata>) =>
  async (props: P): Promise<Metadata> => {
    try {
      return await read(props)
    } catch (error) {
      if (!isHTTPAccessFallbackError(error)) throw error
      return { title: (await getTranslations('ui.notFound'))('title') }
    }
  }

/** Within the portal's own header and footer. */
async function missingPage() {
  const t = await getTranslations('ui.notFound')
  return (
    <MissingParts title={t('title')} says={t('says')}>
      <Button asChild variant="primary">
        <Link href="/">{t('home')}</Link>
      </Button>
      <Button asChild>
        <Link href="/submit">{t('submit')}</Link>
      </Button>
    </MissingParts>
  )
}

/** That there is nothing at an address, and where to go from there. */
export const MissingParts = ({ title, says, children }: { title: string; says: string; children: ReactNode }) => (
  <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
    <meta name="robots" content="noindex" />
    <h1 className="text-2xl font-semibold">{title}</h1>
    <p className="text-muted">{says}</p>
    <p className="flex flex-wrap justify-center gap-2">{children}</p>
  </div>
)
