import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { EnterWorkspace } from '@/components/people/enter-workspace'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('enter.title') })

export default function Enter() {
  return <EnterWorkspace />
}
