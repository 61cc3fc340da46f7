import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { EnterDesk } from '@/components/people/enter-desk'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('enter.title') })

export default function Enter() {
  return <EnterDesk />
}
