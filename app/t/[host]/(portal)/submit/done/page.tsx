import { CircleCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { ForgetForm } from '@/components/tickets/forget-form'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { ReaderTime } from '@/components/ui/time'
import { readReceipt } from '@/lib/tickets/conversation/receipt'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages.done'))('title') })

export default async function Submitted({ searchParams }: { searchParams: Promise<{ receipt?: string }> }) {
  const t = await getTranslations('portalPages')
  const { desk, person } = await viewer()
  const receipt = readReceipt(desk.id, (await searchParams).receipt ?? '')
  if (!receipt) notFound()
  const { id, number, answerBy } = receipt
  const where = person ? 'both' : 'mail'
  return (
    <Empty icon={<CircleCheck />} title={t('done.title')}>
      <ForgetForm />
      <p role="status" className="mb-4">
        {t.rich('done.reference', { number, strong: (chunks) => <strong>{chunks}</strong> })}{' '}
        {answerBy
          ? t.rich('done.answerBy', { where, time: () => <ReaderTime at={answerBy} timeZone={desk.timeZone} /> })
          : t('done.reply', { where })}{' '}
        {t('done.says')}
      </p>
      <Button asChild>
        <Link href={person ? `/requests/${id}` : '/'}>{person ? t('done.open') : t('start')}</Link>
      </Button>
    </Empty>
  )
}
