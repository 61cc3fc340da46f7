'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { choiceBox } from '@/components/ui/choice'
import { Choices, type Option } from '@/components/ui/choices'
import { Avatar } from '@/components/ui/layout'
import { Popover } from '@/components/ui/popover'
import type { Reference } from '@/lib/core/schema'
import { tagOf } from '@/lib/core/tag'
import { type Priority, priorities } from '@/lib/directory/values'
import { writes } from '@/lib/tickets/canned/values'
import { allowedMoves, type TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from '../attribute-words'
import { PriorityIcon, StatusIcon } from '../labels'
import type { ListedTicket } from '../listed'
import { MergeMany } from '../merge-many'
import { MoveDialog } from '../move-dialog'
import { useAnswers } from '../use-answers'
import { MergeRow } from './merge-row'
import { type Bulk, useChoices } from './use-bulk'
import type { useCommands } from './use-commands'

type Menu = 'assign' | 'status' | 'priority' | 'tag' | 'macro'
export type Wanted = Menu | 'merge'

export interface Asked {
  what: Wanted | { move: TicketStatus }
  tickets: ListedTicket[]
  isSelection: boolean
  /** What had the focus, and gets it back. */
  from: HTMLElement
  /** Counts what is opened before the last one is gone. */
  turn?: number
}

interface Props extends Omit<MenuProps, 'leave'> {
  close: () => void
  bulk: Bulk
  reload: () => Promise<void>
  timeZone: string
}

/** What a key on a row opens: a menu beside it, or a dialog. */
export function RowAsked({ asked, bulk, reload, me, run, timeZone, close, onMove }: Props) {
  const t = useTranslations('palette')
  const menu = useRef<HTMLDivElement>(null)
  const isLeaving = useRef(false)
  const { what, isSelection } = asked
  if (typeof what === 'object')
    return (
      <MoveDialog
        to={what.move}
        timeZone={timeZone}
        error={null}
        isPending={false}
        onCancel={close}
        onMove={(wanted) => {
          run(asked.tickets, { kind: 'status', move: wanted }, isSelection)
          close()
        }}
      />
    )
  const [first, ...others] = asked.tickets
  if (what === 'merge' && first)
    return others.length > 0 ? (
      <MergeMany tickets={asked.tickets} run={bulk.run} error={bulk.error} isPending={bulk.isPending} onClose={close} />
    ) : (
      <MergeRow ticket={first} onMerged={reload} onClose={close} />
    )
  if (what === 'merge') return null
  const Body = menus[what]
  /** The row shows what was chosen in the next frame; the menu is out of sight by then, and is taken away after it. */
  function leave() {
    isLeaving.current = true
    if (menu.current) menu.current.style.visibility = 'hidden'
    asked.from.focus({ preventScroll: true })
    requestAnimationFrame(() => setTimeout(close))
  }
  return (
    <Popover.Root open onOpenChange={(wish) => !wish && close()}>
      <Popover.Anchor virtualRef={{ current: asked.from }} />
      <Popover.Portal>
        <Popover.Content
          ref={menu}
          onFocusOutside={(event) => isLeaving.current && event.preventDefault()}
          align="start"
          alignOffset={48}
          sideOffset={2}
          collisionPadding={8}
          aria-label={t(`ticket.${what}`)}
          className={choiceBox}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Body {...{ asked, me, run, leave, onMove }} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface MenuProps {
  asked: Asked
  me: Reference
  run: ReturnType<typeof useCommands>
  leave: () => void
  onMove: (to: TicketStatus) => void
}

/** What all that are meant have in common; nothing if they differ. */
const common = <T,>(asked: Asked, read: (ticket: ListedTicket) => T): T | undefined => {
  const [first, ...others] = asked.tickets.map(read)
  return others.every((value) => value === first) ? first : undefined
}

const none = '-'
const assigneeOf = (ticket: ListedTicket) => (ticket as { assignee?: Reference | null }).assignee

function AssignMenu({ asked, me, run, leave }: MenuProps) {
  const t = useTranslations('tickets')
  const words = useAttributeWords()
  const { person } = useChoices(true)
  const people = [me, ...(person ?? []).filter(({ id }) => id !== me.id)]
  const assignee = common(asked, (ticket) => assigneeOf(ticket)?.id)
  const options: Option[] = [
    { value: none, name: t('unassigned') },
    ...people.map((each) => ({
      value: each.id,
      name: each.id === me.id ? t('properties.youNamed', { name: each.name }) : each.name,
      icon: <Avatar name={each.name} person={each.id} className="size-5 text-[9px]" />,
    })),
  ]
  return (
    <Choices
      label={words.label('assignee')}
      options={options}
      chosen={assignee ? [assignee] : []}
      onChoose={({ value }) => {
        run(asked.tickets, { kind: 'assign', to: people.find(({ id }) => id === value) ?? null }, asked.isSelection)
        leave()
      }}
    />
  )
}

function StatusMenu({ asked, leave, onMove }: MenuProps) {
  const t = useTranslations('tickets.move')
  const words = useTranslations('common')
  const now = common(asked, ({ status }) => status)
  const moves = new Set(asked.tickets.flatMap((ticket) => allowedMoves({ status: ticket.status, isAssigned: Boolean(assigneeOf(ticket)) })))
  const names = [...new Set([...(now ? [now] : []), ...moves])]
  return (
    <Choices
      label={words('statusLabel')}
      options={names.map((name) => ({
        value: name,
        name: name !== now && (name === 'assigned' || name === 'created') ? t('reopen') : words(`status.${name}`),
        icon: <StatusIcon status={name} />,
      }))}
      chosen={now ? [now] : []}
      onChoose={({ value }) => {
        onMove(value as TicketStatus)
        leave()
      }}
    />
  )
}

function PriorityMenu({ asked, run, leave }: MenuProps) {
  const words = useTranslations('common')
  const now = common(asked, ({ priority }) => priority)
  return (
    <Choices
      label={words('priorityLabel')}
      options={priorities.map((name) => ({
        value: name,
        name: words(`priority.${name}`),
        icon: <PriorityIcon priority={name} isPlain />,
      }))}
      chosen={now ? [now] : []}
      onChoose={({ value }) => {
        if (value !== now) run(asked.tickets, { kind: 'priority', priority: value as Priority }, asked.isSelection)
        leave()
      }}
    />
  )
}

function TagMenu({ asked, run, leave }: MenuProps) {
  const t = useTranslations('palette')
  const [typed, setTyped] = useState('')
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { data } = useQuery({
    queryKey: ['tags', typed],
    queryFn: () => api.tickets.tags({ q: typed }),
    enabled: tagOf(typed) !== null,
    placeholderData: (before) => before,
    staleTime: 60_000,
    retry: false,
  })
  return (
    <Choices
      label={t('ticket.tag')}
      options={(typed ? (data?.items ?? []) : []).map((tag) => ({ value: tag, name: tag }))}
      chosen={[]}
      onType={(now) => {
        clearTimeout(wait.current)
        wait.current = setTimeout(() => setTyped(now.trim()), 150)
      }}
      typedOption={(now) => {
        const tag = tagOf(now)
        return tag ? { value: tag, name: tag } : null
      }}
      onChoose={({ value }) => {
        run(asked.tickets, { kind: 'tag', tag: value }, asked.isSelection)
        leave()
      }}
    />
  )
}

function MacroMenu({ asked, run, leave }: MenuProps) {
  const t = useTranslations('palette')
  const macros = useAnswers().macros.filter((macro) => !writes(macro))
  return (
    <Choices
      label={t('ticket.macro')}
      options={macros.map(({ id, name }) => ({ value: id, name }))}
      chosen={[]}
      onChoose={({ value, name }) => {
        run(asked.tickets, { kind: 'macro', macro: { id: value, name } }, asked.isSelection)
        leave()
      }}
    />
  )
}

const menus = { assign: AssignMenu, status: StatusMenu, priority: PriorityMenu, tag: TagMenu, macro: MacroMenu }
