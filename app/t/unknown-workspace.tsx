import { getTranslations } from 'next-intl/server'
import { buttonClass } from '@/components/ui/button'

/** @param platform origin of the root host */
export async function UnknownWorkspace({ platform }: { platform: string }) {
  const t = await getTranslations('workspacePages.unknown')
  const common = await getTranslations('common')
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <meta name="robots" content="noindex" />
      <a href={platform} className="text-lg font-semibold">
        {common('system')}
      </a>
      <h1 className="text-2xl font-semibold">{t('title')}</h1>
      <p className="text-muted">{t('says')}</p>
      <p className="text-muted">{t('operator')}</p>
      <p className="flex flex-wrap gap-2">
        <a href={`${platform}/find`} className={buttonClass({ variant: 'primary' })}>
          {t('find')}
        </a>
        <a href="/" className={buttonClass()}>
          {t('retry')}
        </a>
      </p>
    </main>
  )
}
