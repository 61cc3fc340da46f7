import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { MagicLink } from '@/components/people/magic-link'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('link.title') })

export default function Page() {
  return <MagicLink />
}
