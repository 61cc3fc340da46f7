import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { signedIn } from '@/app/t/viewer'
import { ImportContacts } from '@/components/contacts/import-contacts'

export const metadata: Metadata = { title: 'Import contacts' }

export default async function ImportPage() {
  const { person } = await signedIn()
  if (!person.permissions.includes('contact.import')) redirect('/forbidden')
  return (
    <div className="grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4 p-4">
      <Link href="/agent/contacts" className="flex items-center gap-1 text-sm text-link">
        <ArrowLeft aria-hidden className="size-4" /> Contacts
      </Link>
      <h1 className="text-lg font-semibold">Import contacts</h1>
      <ImportContacts />
    </div>
  )
}
