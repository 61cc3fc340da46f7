import Link from 'next/link'
import { Button } from '@/components/ui/button'

/** What an agent may not see, or no longer sees, is said inside the workspace. */
export default function AgentNotFound() {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-16 text-center">
      <h1 className="text-lg font-semibold">This page is not here</h1>
      <p className="max-w-sm text-sm text-muted">
        It was removed, moved to a department whose tickets you do not see, or the address is wrong.
      </p>
      <Button asChild variant="primary">
        <Link href="/agent">To your inbox</Link>
      </Button>
    </div>
  )
}
