import { Inbox, Mail, MessageSquarePlus } from 'lucide-react'
import Link from 'next/link'
import { viewer } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'

export default async function PortalHome() {
  const { desk, person } = await viewer()
  return (
    <div className="grid gap-10">
      <form action="/submit" className="grid gap-4 rounded-xl border bg-surface px-5 py-12 text-center">
        <h1 className="text-3xl font-semibold">How can we help?</h1>
        <p className="text-muted">Tell us in a few words. {desk.name} answers here and by mail.</p>
        <div className="mx-auto flex w-full max-w-xl flex-wrap gap-2">
          <input
            name="title"
            aria-label="What is it about?"
            placeholder="My order has not arrived"
            maxLength={200}
            className="h-11 min-w-0 flex-1 rounded-md border bg-raised px-4"
          />
          <Button type="submit" variant="primary" size="large">
            Ask
          </Button>
        </div>
      </form>
      <ul className="grid gap-4 sm:grid-cols-3">
        <Way
          icon={<MessageSquarePlus />}
          href="/submit"
          title="Submit a request"
          says="Describe what happened; you get a reference at once."
        />
        <Way
          icon={<Inbox />}
          href={person ? '/requests' : '/magic-link'}
          title="Follow your requests"
          says={person ? 'Read our answers and reply.' : 'Get a sign-in link by mail, without a password.'}
        />
        <Way icon={<Mail />} href={`mailto:${desk.mail}`} title="Write a mail" says={desk.mail} />
      </ul>
    </div>
  )
}

function Way({ icon, href, title, says }: { icon: React.ReactNode; href: string; title: string; says: string }) {
  return (
    <li>
      <Link href={href} className="grid h-full content-start gap-1 rounded-lg border p-5 hover:bg-surface">
        <span className="text-link [&_svg]:size-6">{icon}</span>
        <span className="font-medium">{title}</span>
        <span className="text-sm break-words text-muted">{says}</span>
      </Link>
    </li>
  )
}
