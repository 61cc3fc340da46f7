'use client'

import { Eye, EyeOff, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/field'
import { Avatar } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'

interface Props {
  ticketId: string
  me: string
  watchers: Reference[]
  people: Reference[]
  mayChange: boolean
}

/** Who is told of what happens on the ticket. */
export function Watchers({ ticketId: id, me, watchers, people, mayChange }: Props) {
  const t = useTranslations('tickets')
  const watch = useAction(api.tickets.watch)
  const unwatch = useAction(api.tickets.unwatch)
  const isPending = watch.isPending || unwatch.isPending
  const isMine = watchers.some((person) => person.id === me)
  const others = people.filter((person) => !watchers.some((watcher) => watcher.id === person.id))
  return (
    <section className="grid gap-2">
      <div className="flex items-center justify-between gap-2">
        <h2 className="text-sm font-semibold">{t('attributes.watchers')}</h2>
        <Button
          size="small"
          variant="ghost"
          isPending={isPending}
          onClick={() => void (isMine ? unwatch : watch).run({ id, personId: me })}
        >
          {isMine ? <EyeOff aria-hidden /> : <Eye aria-hidden />} {isMine ? t('watchers.stop') : t('watchers.watch')}
        </Button>
      </div>
      <ul className="grid gap-1.5 empty:hidden">
        {watchers.map((person) => (
          <li key={person.id} className="flex items-center gap-2 text-sm">
            <Avatar name={person.name} className="size-6" />
            <span className="min-w-0 flex-1 truncate">{person.name}</span>
            {mayChange && person.id !== me && (
              <button
                type="button"
                aria-label={t('watchers.remove', { name: person.name })}
                disabled={isPending}
                onClick={() => void unwatch.run({ id, personId: person.id })}
                className="rounded p-1 hover:bg-surface"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayChange && (
        <Select
          aria-label={t('watchers.add')}
          value=""
          disabled={isPending}
          onChange={(event) => void watch.run({ id, personId: event.target.value })}
          className="h-8 text-sm"
        >
          <option value="">{t('watchers.addOption')}</option>
          {others.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </Select>
      )}
    </section>
  )
}
