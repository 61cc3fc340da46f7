'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Choice, type Option } from '@/components/ui/choice'
import { FormError } from '@/components/ui/form-error'
import { useKeys } from '@/components/ui/keys'
import { Avatar } from '@/components/ui/layout'
import { drawnOnDemand } from '@/components/ui/on-demand'
import { Property } from '@/components/ui/property'
import { toast } from '@/components/ui/toast'
import type { Reference } from '@/lib/core/schema'
import { type Priority, priorities } from '@/lib/directory/values'
import { details as detailKeys } from '@/lib/tickets/ticket/attribute-names'
import { attributes } from '@/lib/tickets/ticket/attributes'
import { assigned, moved, prioritised } from '@/lib/tickets/ticket/optimistic-change'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { asksWhy, type TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { useAttributeWords } from './attribute-words'
import { ClashChoice } from './clash'
import { DetailControl, withCurrent } from './detail-control'
import { PriorityIcon, StatusIcon } from './labels'
import { useOwnVersion } from './own-version'
import { tell } from './queue/cache'
import { useShownTicket } from './queue/query-provider'
import { useCommands } from './queue/use-commands'
import { useNeighbours } from './queue/use-neighbours'
import { useChange } from './use-change'
import { useTicketChoices } from './use-ticket-choices'

interface Props {
  ticket: TicketOutput
  /** Whether the requester has an organisation. */
  isShareable: boolean
  categories: Reference[]
  /** The reader, who comes first among the people. */
  me: Reference
  timeZone: string
}

const MoveDialog = drawnOnDemand(async () => (await import('./move-dialog')).MoveDialog)

const none = ''
const versionOf = ({ version }: { version: number }) => version

/** The details that have no place of their own on the page. */
const shownDetails = [...detailKeys].filter(([, key]) => !('isHeading' in attributes[key]))

/** Each property saves by itself, at the version that was read. */
export function Properties({ ticket: read, isShareable, categories, me, timeZone }: Props) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const router = useRouter()
  const words = useAttributeWords()
  const ticket = useShownTicket(read)
  const client = useQueryClient()
  // What the page has read is news to the lists as well.
  useEffect(() => tell(client, [read]), [client, read])
  const { abilities } = ticket
  const { people, departments, isKnown, isLoading, want } = useTicketChoices()
  /** One is known by their name before the others are read. */
  const personOf = (id: unknown) => (id === me.id ? me : (people.find((each) => each.id === id) ?? null))
  const assign = useChange(ticket, api.tickets.assign, {
    read: (now) => now.assignee?.id,
    versionOf,
    undo: 'assign',
    shows: ({ assigneeId }) => assigned(personOf(assigneeId)),
  })
  const [asked, setAsked] = useState<TicketStatus | null>(null)
  const status = useChange(ticket, api.tickets.changeStatus, {
    read: (now) => now.status,
    versionOf,
    onDone: () => setAsked(null),
    undo: 'status',
    shows: (to) => moved(to.status as TicketStatus),
  })
  const priority = useChange(ticket, api.tickets.changePriority, {
    read: (now) => now.priority,
    versionOf,
    undo: 'priority',
    shows: (to) => prioritised(to.priority as Priority),
  })
  const department = useChange(ticket, api.tickets.changeDepartment, {
    read: (now) => now.department?.id,
    versionOf: ({ ticket: after }) => after?.version,
    onDone({ ticket: after }) {
      if (after) return true
      toast.info(t('properties.movedAway', { number: ticket.number }))
      router.push('/agent')
      return false
    },
    undo: 'department',
  })
  const details = useChange(ticket, api.tickets.changeDetails, {
    read: (now) => shownDetails.map(([, key]) => now[key]),
    versionOf,
  })
  const changes = [assign, status, priority, department, details]
  const problem = changes.flatMap(({ error, unsent }) => (error && !unsent ? [error.message] : [])).join(' ')
  const said = (key: 'status' | 'assignee' | 'priority' | 'department', value: string) =>
    t('properties.isNow', { attribute: words.label(key), value })
  const move = (to: TicketStatus) =>
    asksWhy(ticket.status, to) ? setAsked(to) : void status.run({ status: to }, said('status', common(`status.${to}`)))
  const assignTo = (id: string | null) => void assign.run({ assigneeId: id }, said('assignee', personOf(id)?.name ?? t('unassigned')))
  const take = () => {
    if (ticket.assignee?.id !== me.id) assignTo(me.id)
  }
  const { afterResolve, undoSeconds } = useOwnVersion()
  const { goOn } = useNeighbours(ticket.id)
  const command = useCommands(undoSeconds, async () => false)
  function resolve() {
    if (afterResolve === 'stay') return move('resolved')
    command([ticket], { kind: 'status', move: { status: 'resolved' } }, false)
    goOn(afterResolve)
  }
  const mayMove = (to: TicketStatus) => abilities.moves.includes(to)
  useKeys({
    e: () => (mayMove('resolved') ? resolve() : false),
    i: () => (abilities.assign ? take() : false),
    // One that is on hold already is held until another time.
    h: () => (mayMove('hold') || (abilities.update && ticket.status === 'hold') ? move('hold') : false),
  })
  const staff = [me, ...people.filter(({ id }) => id !== me.id)]
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
      <FormError>{problem}</FormError>
      {changes.map(({ clash }, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the changes are always the same five
        <ClashChoice key={n} clash={clash} />
      ))}
      {asked && (
        <MoveDialog
          to={asked}
          timeZone={timeZone}
          error={status.error}
          isPending={status.isPending}
          onCancel={() => setAsked(null)}
          onFailed={() => setAsked(null)}
          onMove={(wanted) => void status.run(wanted, said('status', common(`status.${wanted.status}`)))}
        />
      )}
      <Property label={common('statusLabel')}>
        <Choice
          label={common('statusLabel')}
          shortcut="s"
          value={ticket.status}
          isDisabled={!abilities.update}
          options={[ticket.status, ...abilities.moves].map((name) => ({
            value: name,
            name: name !== ticket.status && (name === 'assigned' || name === 'created') ? t('move.reopen') : common(`status.${name}`),
            icon: <StatusIcon status={name} />,
          }))}
          onChoose={(value) => move(value as TicketStatus)}
        />
      </Property>
      <Property label={t('attributes.assignee')} problem={unsent(assign)}>
        <Choice
          label={t('attributes.assignee')}
          shortcut="a"
          value={(assign.unsent ? assign.unsent.assigneeId : ticket.assignee?.id) ?? none}
          isDisabled={!abilities.assign}
          onNear={want}
          isLoading={isLoading}
          options={[
            { value: none, name: t('unassigned') },
            ...withCurrent(staff, ticket.assignee).map(({ id, name }) => ({
              value: id,
              name: id === me.id ? t('properties.youNamed', { name }) : name,
              icon: <Avatar name={name} person={id} className="size-5 text-[9px]" />,
            })),
          ]}
          onChoose={(value) => assignTo(value || null)}
        />
      </Property>
      <Property label={common('priorityLabel')} problem={unsent(priority)}>
        <Choice
          label={common('priorityLabel')}
          shortcut="p"
          value={(priority.unsent?.priority as Priority | undefined) ?? ticket.priority}
          isDisabled={!abilities.update}
          options={priorities.map((name) => ({
            value: name,
            name: common(`priority.${name}`),
            icon: <PriorityIcon priority={name} isPlain />,
          }))}
          onChoose={(value) =>
            void priority.run({ priority: value as Priority }, said('priority', common(`priority.${value as Priority}`)))
          }
        />
      </Property>
      <Property label={common('department')} problem={unsent(department)}>
        <Choice
          label={common('department')}
          value={(department.unsent?.departmentId as string | undefined) ?? ticket.department?.id ?? none}
          isDisabled={!abilities.update}
          onNear={want}
          isLoading={isLoading}
          options={named(withCurrent(departments, ticket.department))}
          onChoose={(departmentId) =>
            void department.run({ departmentId }, said('department', departments.find(({ id }) => id === departmentId)?.name ?? ''))
          }
        />
      </Property>
      {shownDetails
        .filter(([, key]) => isShareable || !('needsOrganisation' in attributes[key]))
        .map(([name, key]) => (
          <DetailControl
            key={key}
            value={ticket[key]}
            isDisabled={!abilities.update}
            attributeKey={key}
            choices={{ ...(isKnown ? { person: staff, department: departments } : {}), category: categories }}
            timeZone={timeZone}
            onNear={want}
            onChoose={(value) => void details.run({ [name]: value })}
          />
        ))}
    </div>
  )
}

/** Why a change could not reach the server. */
const unsent = (change: { unsent: unknown; error: { message: string } | null }) => (change.unsent ? change.error?.message : undefined)

const named = (entries: readonly Reference[]): Option[] => entries.map(({ id, name }) => ({ value: id, name }))
