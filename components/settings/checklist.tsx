'use client'

import { Circle, CircleCheck, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import type { ChecklistItem } from '@/lib/workspace/schema'

/** What a new workspace does first, in a good order. */
export function Checklist({ done, mail }: { done: Record<ChecklistItem, boolean>; mail: string }) {
  const t = useTranslations('gettingStarted')
  const { run, isPending } = useAction(api.business.hideChecklist)
  const steps: { item: ChecklistItem; name: string; href: string }[] = [
    { item: 'look', name: t('steps.look'), href: '/settings' },
    { item: 'colleague', name: t('steps.colleague'), href: '/settings/people' },
    { item: 'ticket', name: t('steps.ticket'), href: '/submit' },
    { item: 'reply', name: t('steps.reply'), href: '/agent?view=open' },
    { item: 'mail', name: t('steps.mail', { mail }), href: '/settings/departments' },
    { item: 'domain', name: t('steps.domain'), href: '/settings/domains' },
  ]
  const left = steps.filter(({ item }) => !done[item]).length
  return (
    <Card className="m-4 p-4">
      <div className="flex items-start gap-3">
        <div className="flex-1">
          <h2 className="font-semibold">{t('title')}</h2>
          <p className="text-sm text-muted">
            {left === 0 ? t('allDone') : t('progress', { done: steps.length - left, total: steps.length })}
          </p>
        </div>
        <Button variant="ghost" size="small" aria-label={t('hide')} isPending={isPending} onClick={() => void run(undefined)}>
          <X aria-hidden />
        </Button>
      </div>
      <ol className="mt-3 grid gap-2 sm:grid-cols-2">
        {steps.map(({ item, name, href }) => (
          <li key={item} className="flex items-start gap-2 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
            {done[item] ? (
              <CircleCheck aria-label={t('done')} className="text-success" />
            ) : (
              <Circle aria-label={t('toDo')} className="text-muted" />
            )}
            <Link href={href} className={done[item] ? 'text-muted line-through' : 'text-link hover:underline'}>
              {name}
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  )
}
