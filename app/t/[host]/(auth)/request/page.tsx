import type { Metadata } from 'next'
import { viewer } from '@/app/t/viewer'
import { OpenRequest } from '@/components/people/open-request'

export const metadata: Metadata = { title: 'Your request' }

export default async function Page() {
  const { person } = await viewer()
  return <OpenRequest signedInAs={person?.email ?? null} />
}
