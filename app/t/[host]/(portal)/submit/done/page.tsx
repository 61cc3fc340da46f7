import { CircleCheck } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { viewer } from '@/app/t/viewer'
import { ForgetForm } from '@/components/tickets/forget-form'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'

export const metadata: Metadata = { title: 'We have your request' }

export default async function Submitted({ searchParams }: { searchParams: Promise<{ number?: string; by?: string }> }) {
  const { desk, person } = await viewer()
  const { number, by } = await searchParams
  const answerBy = new Date(by ?? '')
  const timeZone = person?.timeZone ?? desk.timeZone
  const exact = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZone } as const
  return (
    <Empty icon={<CircleCheck />} title="We have your request">
      <ForgetForm />
      <p role="status" className="mb-4">
        {number && (
          <>
            Its reference is <strong>{number.slice(0, 24)}</strong>.{' '}
          </>
        )}
        A person reads it and answers{person ? ' here and by mail' : ' by mail'}; you also got a confirmation to reply to.
        {!Number.isNaN(answerBy.getTime()) && (
          <>
            {' '}
            You hear from us by <time dateTime={answerBy.toISOString()}>{new Intl.DateTimeFormat('en-GB', exact).format(answerBy)}</time> (
            {timeZone}).
          </>
        )}
      </p>
      <Button asChild>
        <Link href={person ? '/requests' : '/'}>{person ? 'My requests' : 'To the start page'}</Link>
      </Button>
    </Empty>
  )
}
