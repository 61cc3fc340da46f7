import { call } from '@orpc/server'
import { Download } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { ExactTime } from '@/components/ui/time'
import { sizeInWords } from '@/lib/files/values'
import { readFileLink } from '@/lib/tickets/conversation/file-link'

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await getTranslations('signIn'))('file.title'),
  referrer: 'no-referrer',
})

/** A file that was too large for an email; after its last day, how to get it all the same. */
export default async function FilePage({ params }: { params: Promise<{ key: string }> }) {
  const t = await getTranslations('signIn')
  const { desk } = await viewer()
  const { key } = await params
  const { file, until, ticketId } = await load((context) => call(readFileLink, { key }, { context }))
  const request = `/requests/${ticketId}`
  if (!file)
    return (
      <>
        <h1 className="text-lg font-semibold">{t('file.expired')}</h1>
        <p className="text-sm text-muted">{t('file.expiredSays')}</p>
        <Button asChild variant="primary">
          <Link href={request}>{t('file.signIn')}</Link>
        </Button>
      </>
    )
  return (
    <>
      <h1 dir="auto" className="text-lg font-semibold wrap-anywhere">
        {file.name}
      </h1>
      <p className="text-sm text-muted">
        {t.rich('file.says', { size: sizeInWords(file.size), time: () => <ExactTime at={until} timeZone={desk.timeZone} /> })}
      </p>
      <Button asChild variant="primary">
        <a href={`/api/v1/files/linked/${key}/content`}>
          <Download aria-hidden /> {t('file.download')}
        </a>
      </Button>
    </>
  )
}
