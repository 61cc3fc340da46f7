'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Choice } from '@/components/ui/choice'
import { Avatar } from '@/components/ui/layout'
import { Property } from '@/components/ui/property'
import { useAction } from '@/components/ui/use-action'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'
import { useTicketChoices } from './use-ticket-choices'

interface Props {
  ticketId: string
  me: string
  watchers: Reference[]
  mayChange: boolean
}

/** Who is told of what happens on the ticket. */
export function Watchers({ ticketId: id, me, watchers, mayChange }: Props) {
  const { people, isLoading, want } = useTicketChoices()
  const t = useTranslations('tickets')
  const watch = useAction(api.tickets.watch)
  const unwatch = useAction(api.tickets.unwatch)
  const isPending = watch.isPending || unwatch.isPending
  const watching = watchers.map((person) => person.id)
  const isMine = watching.includes(me)
  const all = [...watchers, ...people.filter((person) => !watching.includes(person.id))]
  const toggle = (personId: string) => void (watching.includes(personId) ? unwatch : watch).run({ id, personId })
  const Icon = isMine ? EyeOff : Eye
  const says = isMine ? t('watchers.stop') : t('watchers.watch')
  return (
    <div className="relative [&_[role=combobox]]:pe-9">
      <Property label={t('attributes.watchers')}>
        <Choice
          label={t('attributes.watchers')}
          isMany
          isDisabled={!mayChange}
          onNear={want}
          isLoading={isLoading}
          value={watching}
          options={all.map(({ id: value, name }) => ({
            value,
            name,
            icon: <Avatar name={name} person={value} className="size-5 text-[9px]" />,
          }))}
          onChoose={toggle}
        />
      </Property>
      <button
        type="button"
        aria-label={says}
        title={says}
        disabled={isPending}
        onClick={() => toggle(me)}
        className="absolute end-0 top-0 grid size-7 place-items-center rounded text-muted hover:bg-line/60"
      >
        <Icon aria-hidden className="size-3.5" />
      </button>
    </div>
  )
}
