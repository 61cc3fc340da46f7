import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { WorkspaceForm } from '@/components/settings/workspace-form'
import { PageHeader } from '@/components/ui/layout'
import { listBusinesses } from '@/lib/workspace/settings'

export const metadata: Metadata = { title: 'General' }

export default async function General() {
  const { person } = await signedIn()
  if (!person.permissions.includes('workspace.manage')) redirect('/settings/account')
  const { items } = await load((context) => call(listBusinesses, undefined, { context }))
  return (
    <>
      <PageHeader
        title="General"
        says="The desk's name, how its tickets are numbered, how its portal looks and how long API sign-ins last."
      />
      {items.map((workspace) => (
        <WorkspaceForm key={workspace.version} workspace={workspace} />
      ))}
    </>
  )
}
