import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Pictures } from '@/components/settings/pictures'
import { WorkspaceForm } from '@/components/settings/workspace-form'
import { PageHeader } from '@/components/ui/layout'
import { choosable } from '@/lib/text/language'
import { listBusinesses } from '@/lib/workspace/settings'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.general'))('title') })

export default async function General() {
  const t = await getTranslations('settingsPages.general')
  const { desk, person } = await signedIn()
  if (!person.permissions.includes('workspace.manage')) redirect('/settings/account')
  const { items } = await load((context) => call(listBusinesses, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')} />
      <Pictures id={desk.id} shown={{ logo: desk.logo, favicon: desk.favicon, photo: desk.portalPhoto }} />
      {items.map((workspace) => (
        <WorkspaceForm key={workspace.version} workspace={workspace} languages={choosable()} />
      ))}
    </>
  )
}
