import Link from 'next/link'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'

export default async function Forbidden() {
  const { person } = await viewer()
  return (
    <Empty title="You may not see this page">
      <p className="mb-4">
        {person
          ? `You are signed in as ${person.email}. Somebody who manages this desk can give you the right to.`
          : 'Sign in with an account that may.'}
      </p>
      <Button asChild>
        <Link href={person ? '/' : '/sign-in'}>{person ? 'To the start page' : 'Sign in'}</Link>
      </Button>
    </Empty>
  )
}
