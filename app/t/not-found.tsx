import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'

export default async function UnknownWorkspace() {
  const t = await getTranslations('workspacePages.unknown')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="text-muted">{t('operator')}</p>
      <Button asChild className="justify-self-start">
        <Link href="/">{t('retry')}</Link>
      </Button>
    </main>
  )
}
