'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import Link from 'next/link'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/field'
import { Badge, Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'
import type { PolicyOutput } from '@/lib/sla/schema'

/** Policies in their order: the first that a ticket meets applies. */
export function PolicyList({ policies, mayChange }: { policies: PolicyOutput[]; mayChange: boolean }) {
  const order = useAction(api.sla.order)
  function move(at: number, to: number) {
    const ids = policies.map(({ id }) => id)
    ids.splice(to, 0, ...ids.splice(at, 1))
    return order.run({ ids })
  }
  return (
    <Card>
      <ol className="divide-y">
        {policies.map(({ id, name, description, filter, isActive, targets }, at) => (
          <li key={id} className="flex flex-wrap items-center gap-3 px-4 py-3">
            <span className="w-5 text-sm text-muted tabular-nums">{at + 1}</span>
            <span className="min-w-0 flex-1">
              <Link href={`/settings/sla/${id}`} className="font-medium text-link">
                <bdi>{name}</bdi>
              </Link>
              <span className="block truncate text-sm text-muted">
                {description || (filter ? filter : 'All tickets')} · {targets.length} {targets.length === 1 ? 'promise' : 'promises'}
              </span>
            </span>
            {!isActive && <Badge>Not in force</Badge>}
            {mayChange && (
              <span className="flex">
                <Button
                  size="small"
                  variant="ghost"
                  aria-label={`Move ${name} up`}
                  disabled={at === 0 || order.isPending}
                  onClick={() => move(at, at - 1)}
                >
                  <ArrowUp aria-hidden />
                </Button>
                <Button
                  size="small"
                  variant="ghost"
                  aria-label={`Move ${name} down`}
                  disabled={at === policies.length - 1 || order.isPending}
                  onClick={() => move(at, at + 1)}
                >
                  <ArrowDown aria-hidden />
                </Button>
              </span>
            )}
          </li>
        ))}
        <li className="px-4 py-3 pl-12 text-sm text-muted">A ticket that meets none of them has no deadlines.</li>
      </ol>
    </Card>
  )
}

export function SlaSwitch({ isEnabled }: { isEnabled: boolean }) {
  const { run, isPending } = useAction(api.sla.enable)
  return (
    <Checkbox
      label="Clocks run on this desk"
      checked={isEnabled}
      disabled={isPending}
      onChange={(event) => run({ isEnabled: event.target.checked })}
    />
  )
}
