import { CircleCheck } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { viewer } from '@/app/t/viewer'
import { ForgetForm } from '@/components/tickets/forget-form'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'

export const metadata: Metadata = { title: 'We have your request' }

export default async function Submitted({ searchParams }: { searchParams: Promise<{ number?: string }> }) {
  const { person } = await viewer()
  const { number } = await searchParams
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
      </p>
      <Button asChild>
        <Link href={person ? '/requests' : '/'}>{person ? 'My requests' : 'To the start page'}</Link>
      </Button>
    </Empty>
  )
}
