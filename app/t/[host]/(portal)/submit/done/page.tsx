import { CircleCheck, Clock, Mail, MessageSquareReply } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { portalPage } from '@/app/t/portal-page'
import { viewer } from '@/app/t/viewer'
import { ForgetForm } from '@/components/tickets/forget-form'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { ReaderTime } from '@/components/ui/time'
import { readReceipt } from '@/lib/tickets/conversation/receipt'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages.done'))('title') })

export default portalPage(async function Submitted({ searchParams }: { searchParams: Promise<{ receipt?: string }> }) {
  const t = await getTranslations('portalPages')
  const { desk, person } = await viewer()
  const receipt = readReceipt(desk.id, (await searchParams).receipt ?? '')
  if (!receipt) notFound()
  const { id, number, answerBy } = receipt
  const where = person ? 'both' : 'mail'
  return (
    <Card className="mx-auto grid max-w-xl gap-6 p-6 sm:p-8">
      <ForgetForm />
      <header className="grid gap-2">
        <CircleCheck aria-hidden className="size-9 text-success" />
        <h1 className="text-2xl font-semibold">{t('done.title')}</h1>
      </header>
      {/* Read out when it appears, and printed like anything else. */}
      <div role="status" className="grid gap-3 print:grid!">
        <p className="mb-3 text-muted">{t.rich('done.reference', { number, strong: reference })}</p>
        <h2 className="font-semibold">{t('done.next')}</h2>
        <ol className="grid gap-3">
          <Step icon={<Mail />}>{t(person ? 'done.confirmed' : 'done.confirmedWithLink')}</Step>
          <Step icon={<Clock />}>
            {answerBy
              ? t.rich('done.answerBy', {
                  where,
                  time: () => <ReaderTime at={answerBy} timeZone={desk.timeZone} className="font-medium" />,
                })
              : t('done.reply', { where })}
          </Step>
          <Step icon={<MessageSquareReply />}>{t('done.add', { where })}</Step>
        </ol>
      </div>
      <p className="flex flex-wrap gap-2 print:hidden">
        {person ? (
          <Button asChild variant="primary">
            <Link href={`/requests/${id}`}>{t('done.open')}</Link>
          </Button>
        ) : (
          <Button asChild variant="primary">
            <Link href="/">{t('start')}</Link>
          </Button>
        )}
        <Button asChild>
          <Link href={person ? '/requests' : '/magic-link'}>{person ? t('requests') : t('home.follow')}</Link>
        </Button>
        <Button asChild variant="ghost">
          <Link href="/submit">{t('done.another')}</Link>
        </Button>
      </p>
    </Card>
  )
})

const reference = (chunks: ReactNode) => <strong className="whitespace-nowrap text-foreground">{chunks}</strong>

const Step = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className="flex items-start gap-3 [&>svg]:mt-1 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted">
    {icon}
    <span className="min-w-0">{children}</span>
  </li>
)
