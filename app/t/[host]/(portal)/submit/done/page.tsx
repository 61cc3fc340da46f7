import { CircleCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { viewer } from '@/app/t/viewer'
import { ForgetForm } from '@/components/tickets/forget-form'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { ExactTime } from '@/components/ui/time'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages.done'))('title') })

export default async function Submitted({ searchParams }: { searchParams: Promise<{ number?: string; by?: string }> }) {
  const t = await getTranslations('portalPages')
  const { desk, person } = await viewer()
  const { number, by } = await searchParams
  const answerBy = new Date(by ?? '')
  const timeZone = person?.timeZone ?? desk.timeZone
  return (
    <Empty icon={<CircleCheck />} title={t('done.title')}>
      <ForgetForm />
      <p role="status" className="mb-4">
        {number && t.rich('done.reference', { number: number.slice(0, 24), strong: (chunks) => <strong>{chunks}</strong> })}{' '}
        {t('done.says', { where: person ? 'both' : 'mail' })}{' '}
        {!Number.isNaN(answerBy.getTime()) && t.rich('done.answerBy', { time: () => <ExactTime at={answerBy} timeZone={timeZone} /> })}
      </p>
      <Button asChild>
        <Link href={person ? '/requests' : '/'}>{person ? t('requests') : t('start')}</Link>
      </Button>
    </Empty>
  )
}
