'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { type RefObject, useRef, useState } from 'react'
import { choiceBox } from '@/components/ui/choice'
import { ChoiceList, type Option } from '@/components/ui/choice-list'
import { useKeys } from '@/components/ui/keys'
import { Avatar } from '@/components/ui/layout'
import { Popover } from '@/components/ui/popover'
import type { Reference } from '@/lib/core/schema'
import { tagOf } from '@/lib/core/tag'
import { type Priority, priorities } from '@/lib/directory/values'
import { writes } from '@/lib/tickets/canned/values'
import { mayMoveTo } from '@/lib/tickets/ticket/optimistic-change'
import { allowedMoves, type TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from '../attribute-words'
import { PriorityIcon, StatusIcon } from '../labels'
import type { ListedTicket } from '../listed'
import { MergeMany } from '../merge-many'
import { asksWhy, MoveDialog } from '../move-dialog'
import { useAnswers } from '../use-answers'
import type { Selection } from '../use-selection'
import { MergeRow } from './merge-row'
import type { ListPlace } from './queue'
import { type Bulk, useChoices } from './use-bulk'
import { useCommands } from './use-commands'
import { focusAgain, inSight, rowOf, ticketOf } from './use-place'

type Menu = 'assign' | 'status' | 'priority' | 'tag' | 'macro'
type Wanted = Menu | 'merge'

interface Asked {
  what: Wanted | { move: TicketStatus }
  tickets: ListedTicket[]
  isSelection: boolean
  /** What had the focus, and gets it back. */
  from: HTMLElement
}

interface Props {
  list: RefObject<HTMLElement | null>
  tickets: ListedTicket[]
  place: ListPlace
  selection: Selection
  bulk: Bulk
  reload: () => Promise<void>
  me: Reference
  undoSeconds: number
  timeZone: string
  permissions: readonly string[]
}

/** The keys of a ticket on the row that has the focus, or on all that are chosen. */
export function RowCommands({ list, tickets, place, selection, bulk, reload, me, undoSeconds, timeZone, permissions }: Props) {
  const t = useTranslations('palette')
  const [asked, setAsked] = useState<Asked | null>(null)
  const run = useCommands(undoSeconds, bulk.run)
  const mayAssign = permissions.includes('ticket.assign')
  const mayUpdate = permissions.includes('ticket.update')
  /** What a key is about: the row that has the focus, or had it last and is still in sight. */
  function meant(): Omit<Asked, 'what'> | null {
    const focused = document.activeElement === document.body ? inSight(rowOf(list.current, place.at)) : document.activeElement
    const row = focused?.matches('a[data-row]') ? (focused as HTMLElement) : null
    const isSelection = selection.ids.size > 0
    const ids = isSelection ? selection.ids : new Set([ticketOf(row)])
    const found = tickets.filter(({ id }) => ids.has(id))
    const from = row ?? rowOf(list.current, found[0]?.id)
    return found.length > 0 && from ? { tickets: found, isSelection, from } : null
  }
  const open = (what: Wanted, may: boolean) => () => {
    const about = may && meant()
    if (!about) return false
    setAsked({ what, ...about })
  }
  const assignToMe = () => {
    const about = mayAssign && meant()
    if (!about) return false
    run(about.tickets, { kind: 'assign', to: me }, about.isSelection)
  }
  function move(to: TicketStatus, { tickets: chosen, isSelection, from }: Omit<Asked, 'what'>) {
    const movable = chosen.filter((ticket) => mayMoveTo(ticket, to) || (to === 'hold' && ticket.status === 'hold'))
    const [first] = movable
    if (!first) return false
    if (asksWhy(first.status, to)) setAsked({ what: { move: to }, tickets: movable, isSelection, from })
    else run(movable, { kind: 'status', move: { status: to } }, isSelection)
  }
  const moveTo = (to: TicketStatus) => () => {
    const about = mayUpdate && meant()
    return about ? move(to, about) : false
  }
  const merge = open('merge', mayUpdate)
  useKeys({
    a: open('assign', mayAssign),
    s: open('status', mayUpdate),
    p: open('priority', mayUpdate),
    t: open('tag', mayUpdate),
    m: open('macro', true),
    M: merge,
    i: assignToMe,
    e: moveTo('resolved'),
    h: moveTo('hold'),
  })
  /** The focus goes back once what was opened is gone, unless someone has gone on meanwhile. */
  function close() {
    setAsked(null)
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return
      if (asked?.from.isConnected) asked.from.focus({ preventScroll: true })
      else focusAgain(list.current, place)
    })
  }
  if (!asked) return null
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
  return (
    <Popover.Root open onOpenChange={(wish) => !wish && close()}>
      <Popover.Anchor virtualRef={{ current: asked.from }} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          alignOffset={48}
          sideOffset={2}
          collisionPadding={8}
          aria-label={t(`ticket.${what}`)}
          className={choiceBox}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <Body
            {...{ asked, me, run, close }}
            onMove={(to) => {
              setAsked(null)
              if (move(to, asked) === false) close()
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface MenuProps {
  asked: Asked
  me: Reference
  run: ReturnType<typeof useCommands>
  close: () => void
  onMove: (to: TicketStatus) => void
}

/** What all that are meant have in common; nothing if they differ. */
const common = <T,>(asked: Asked, read: (ticket: ListedTicket) => T): T | undefined => {
  const [first, ...others] = asked.tickets.map(read)
  return others.every((value) => value === first) ? first : undefined
}

const none = '-'
const assigneeOf = (ticket: ListedTicket) => (ticket as { assignee?: Reference | null }).assignee

function AssignMenu({ asked, me, run, close }: MenuProps) {
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
    <ChoiceList
      label={words.label('assignee')}
      options={options}
      chosen={assignee ? [assignee] : []}
      onChoose={({ value }) => {
        run(asked.tickets, { kind: 'assign', to: people.find(({ id }) => id === value) ?? null }, asked.isSelection)
        close()
      }}
    />
  )
}

function StatusMenu({ asked, onMove }: MenuProps) {
  const t = useTranslations('tickets.move')
  const words = useTranslations('common')
  const now = common(asked, ({ status }) => status)
  const moves = new Set(asked.tickets.flatMap((ticket) => allowedMoves({ status: ticket.status, isAssigned: Boolean(assigneeOf(ticket)) })))
  const names = [...new Set([...(now ? [now] : []), ...moves])]
  return (
    <ChoiceList
      label={words('statusLabel')}
      options={names.map((name) => ({
        value: name,
        name: name !== now && (name === 'assigned' || name === 'created') ? t('reopen') : words(`status.${name}`),
        icon: <StatusIcon status={name} />,
      }))}
      chosen={now ? [now] : []}
      onChoose={({ value }) => onMove(value as TicketStatus)}
    />
  )
}

function PriorityMenu({ asked, run, close }: MenuProps) {
  const words = useTranslations('common')
  const now = common(asked, ({ priority }) => priority)
  return (
    <ChoiceList
      label={words('priorityLabel')}
      options={priorities.map((name) => ({
        value: name,
        name: words(`priority.${name}`),
        icon: <PriorityIcon priority={name} isPlain />,
      }))}
      chosen={now ? [now] : []}
      onChoose={({ value }) => {
        if (value !== now) run(asked.tickets, { kind: 'priority', priority: value as Priority }, asked.isSelection)
        close()
      }}
    />
  )
}

function TagMenu({ asked, run, close }: MenuProps) {
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
    <ChoiceList
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
        close()
      }}
    />
  )
}

function MacroMenu({ asked, run, close }: MenuProps) {
  const t = useTranslations('palette')
  const macros = useAnswers().macros.filter((macro) => !writes(macro))
  return (
    <ChoiceList
      label={t('ticket.macro')}
      options={macros.map(({ id, name }) => ({ value: id, name }))}
      chosen={[]}
      onChoose={({ value, name }) => {
        run(asked.tickets, { kind: 'macro', macro: { id: value, name } }, asked.isSelection)
        close()
      }}
    />
  )
}

const menus = { assign: AssignMenu, status: StatusMenu, priority: PriorityMenu, tag: TagMenu, macro: MacroMenu }
