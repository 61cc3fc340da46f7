import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { OpenRequest } from '@/components/people/open-request'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('signIn'))('request.title') })

export default async function Page() {
  const { person } = await viewer()
  return <OpenRequest signedInAs={person?.email ?? null} />
}
