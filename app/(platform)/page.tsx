import { Building2, MailCheck, ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'

export const metadata: Metadata = { title: 'Baraza' }

export default function Landing() {
  return (
    <main className="mx-auto grid min-h-screen max-w-3xl content-center gap-10 p-6">
      <header className="grid gap-3">
        <h1 className="text-4xl font-semibold">Baraza</h1>
        <p className="max-w-xl text-lg text-muted">
          A helpdesk for many businesses on one installation. Every business has its own address, its own people and its own data.
        </p>
      </header>
      <ul className="grid gap-6 sm:grid-cols-3">
        <Point icon={<Building2 />} title="Your own address" says="A desk lives at its own host name, or at a domain you already have." />
        <Point icon={<ShieldCheck />} title="Kept apart" says="The database itself keeps one desk from seeing another's rows." />
        <Point icon={<MailCheck />} title="Nothing lost" says="Every message is stored before it is read, and answered in one thread." />
      </ul>
      <p className="flex flex-wrap items-center gap-4">
        <Button asChild variant="primary" size="large">
          <Link href="/sign-up">Open a desk</Link>
        </Button>
        <Button asChild size="large">
          <Link href="/console">Platform console</Link>
        </Button>
        <span className="text-sm text-muted">To use a desk, open its own address.</span>
      </p>
    </main>
  )
}

const Point = ({ icon, title, says }: { icon: ReactNode; title: string; says: string }) => (
  <li className="grid content-start gap-1">
    <span className="text-link [&_svg]:size-6">{icon}</span>
    <span className="font-medium">{title}</span>
    <span className="text-sm text-muted">{says}</span>
  </li>
)
