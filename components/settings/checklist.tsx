'use client'

import { Circle, CircleCheck, X } from 'lucide-react'
import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import type { ChecklistItem } from '@/lib/workspace/schema'

/** What a new desk does first, in a good order. */
export function Checklist({ done, mail }: { done: Record<ChecklistItem, boolean>; mail: string }) {
  const { run, isPending } = useAction(api.business.hideChecklist)
  const steps: { item: ChecklistItem; name: string; href: string }[] = [
    { item: 'look', name: 'Give the desk its name, colour and time zone', href: '/settings' },
    { item: 'colleague', name: 'Invite a colleague', href: '/settings/people' },
    { item: 'ticket', name: 'Ask for something on your portal, as a customer would', href: '/submit' },
    { item: 'reply', name: 'Answer it', href: '/agent?view=open' },
    { item: 'mail', name: `Forward your support address to ${mail}`, href: '/settings/departments' },
    { item: 'domain', name: 'Connect your own domain', href: '/settings/domains' },
  ]
  const left = steps.filter(({ item }) => !done[item]).length
  return (
    <Card className="m-4 p-4">
      <div className="flex items-start gap-3">
        <div className="flex-1">
          <h2 className="font-semibold">Getting started</h2>
          <p className="text-sm text-muted">{left === 0 ? 'All done.' : `${steps.length - left} of ${steps.length} done`}</p>
        </div>
        <Button variant="ghost" size="small" aria-label="Put the checklist away" isPending={isPending} onClick={() => void run(undefined)}>
          <X aria-hidden />
        </Button>
      </div>
      <ol className="mt-3 grid gap-2 sm:grid-cols-2">
        {steps.map(({ item, name, href }) => (
          <li key={item} className="flex items-start gap-2 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
            {done[item] ? <CircleCheck aria-label="Done" className="text-success" /> : <Circle aria-label="To do" className="text-muted" />}
            <Link href={href} className={done[item] ? 'text-muted line-through' : 'text-link hover:underline'}>
              {name}
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  )
}
