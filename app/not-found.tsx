import Link from 'next/link'
import { Button } from '@/components/ui/button'

export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-[70vh] max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">This page is not here</h1>
      <p className="text-muted">
        It may have moved, or you may not be allowed to see it. If somebody sent you the link, ask them whether it is complete.
      </p>
      <Button asChild className="justify-self-start">
        <Link href="/">To the start page</Link>
      </Button>
    </main>
  )
}
