import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ImportContacts } from '@/components/contacts/import-contacts'
import { Link } from '@/components/ui/link'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('contactPages'))('import') })

export default async function ImportPage() {
  const t = await getTranslations('contactPages')
  const { person } = await signedIn()
  if (!person.permissions.includes('contact.import')) redirect('/forbidden')
  return (
    <Texts of={['contacts']}>
      <div className="grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4 p-4">
        <Link href="/agent/contacts" className="flex items-center gap-1 text-sm text-link">
          <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('list.title')}
        </Link>
        <h1 className="text-lg font-semibold">{t('import')}</h1>
        <ImportContacts />
      </div>
    </Texts>
  )
}
