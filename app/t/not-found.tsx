import Link from 'next/link'
import { Button } from '@/components/ui/button'

export default function UnknownDesk() {
  return (
    <main className="mx-auto grid min-h-screen max-w-md content-center gap-4 p-6">
      <h1 className="text-2xl font-semibold">There is no desk at this address</h1>
      <p className="text-muted">
        Check the address for a typing mistake. If your team has just connected this domain, it starts to work once its DNS record is
        verified; that can take up to an hour.
      </p>
      <p className="text-muted">Do you run the desk? Open it at its original address and look under Settings, Domains.</p>
      <Button asChild className="justify-self-start">
        <Link href="/">Try again</Link>
      </Button>
    </main>
  )
}
