'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useId, useState } from 'react'
import { toast } from 'sonner'
import { Choice, type Option } from '@/components/ui/choice'
import { FormError, Input } from '@/components/ui/field'
import { useKeys } from '@/components/ui/keys'
import { Avatar } from '@/components/ui/layout'
import { instantAt, wallClock } from '@/lib/core/zoned'
import { type Priority, priorities } from '@/lib/directory/schema'
import { type TicketType, ticketTypes } from '@/lib/tickets/ticket/attributes'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { ClashChoice } from './clash'
import { PriorityIcon, priorityNames, StatusIcon, statusNames, typeNames } from './labels'
import { asksWhy, MoveDialog } from './move-dialog'
import { useChange } from './use-change'

interface Named {
  id: string
  name: string
}

interface Props {
  ticket: TicketOutput
  people: Named[]
  departments: Named[]
  categories: Named[]
  /** The reader, who comes first among the people. */
  me: string
  timeZone: string
}

const none = ''
const versionOf = ({ version }: { version: number }) => version

/** Each property saves by itself, at the version that was read. */
export function Properties({ ticket, people, departments, categories, me, timeZone }: Props) {
  const router = useRouter()
  const { abilities } = ticket
  const assign = useChange(ticket, api.tickets.assign, { read: (now) => now.assignee?.id, versionOf })
  const [asked, setAsked] = useState<TicketStatus | null>(null)
  const status = useChange(ticket, api.tickets.changeStatus, {
    read: (now) => now.status,
    versionOf,
    onDone: () => setAsked(null),
  })
  const priority = useChange(ticket, api.tickets.changePriority, { read: (now) => now.priority, versionOf })
  const department = useChange(ticket, api.tickets.changeDepartment, {
    read: (now) => now.department?.id,
    versionOf: ({ ticket: after }) => after?.version,
    onDone({ ticket: after }) {
      if (after) return true
      toast.info(`${ticket.number} went to a department whose tickets you do not see.`)
      router.push('/agent')
      return false
    },
  })
  const details = useChange(ticket, api.tickets.changeDetails, {
    read: ({ type, category, dueAt }) => [type, category?.id, dueAt],
    versionOf,
  })
  const changes = [assign, status, priority, department, details]
  const problem = changes.flatMap(({ error }) => (error ? [error.message] : [])).join(' ')
  const move = (to: TicketStatus) => (asksWhy(ticket.status, to) ? setAsked(to) : void status.run({ status: to }))
  const mayMove = (to: TicketStatus) => abilities.moves.includes(to)
  useKeys({
    e: () => (mayMove('resolved') ? move('resolved') : false),
    h: () => (mayMove('hold') ? move('hold') : false),
  })
  const staff = [...people].sort((a, b) => Number(b.id === me) - Number(a.id === me))
  return (
    <div className="grid gap-3">
      <FormError>{problem}</FormError>
      {changes.map(({ clash }, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the changes are always the same five
        <ClashChoice key={n} clash={clash} />
      ))}
      <MoveDialog
        to={asked}
        timeZone={timeZone}
        error={status.error}
        isPending={status.isPending}
        onCancel={() => setAsked(null)}
        onMove={(wanted) => void status.run(wanted)}
      />
      <Property label="Status">
        <Choice
          label="Status"
          shortcut="s"
          value={ticket.status}
          isDisabled={!abilities.update}
          options={[ticket.status, ...abilities.moves].map((name) => ({
            value: name,
            name: name !== ticket.status && (name === 'assigned' || name === 'created') ? 'Open again' : statusNames[name],
            icon: <StatusIcon status={name} />,
          }))}
          onChoose={(value) => move(value as TicketStatus)}
        />
      </Property>
      <Property label="Assignee">
        <Choice
          label="Assignee"
          shortcut="a"
          value={ticket.assignee?.id ?? none}
          isDisabled={!abilities.assign}
          options={[
            { value: none, name: 'Nobody' },
            ...withCurrent(staff, ticket.assignee).map(({ id, name }) => ({
              value: id,
              name: id === me ? `${name} (you)` : name,
              icon: <Avatar name={name} className="size-5 text-[9px]" />,
            })),
          ]}
          onChoose={(value) => void assign.run({ assigneeId: value || null })}
        />
      </Property>
      <Property label="Priority">
        <Choice
          label="Priority"
          shortcut="p"
          value={ticket.priority}
          isDisabled={!abilities.update}
          options={priorities.map((name) => ({ value: name, name: priorityNames[name], icon: <PriorityIcon priority={name} isPlain /> }))}
          onChoose={(value) => void priority.run({ priority: value as Priority })}
        />
      </Property>
      <Property label="Department">
        <Choice
          label="Department"
          value={ticket.department?.id ?? none}
          isDisabled={!abilities.update}
          options={named(withCurrent(departments, ticket.department))}
          onChoose={(departmentId) => void department.run({ departmentId })}
        />
      </Property>
      {(categories.length > 0 || ticket.category) && (
        <Property label="Category">
          <Choice
            label="Category"
            value={ticket.category?.id ?? none}
            isDisabled={!abilities.update}
            options={[{ value: none, name: 'None' }, ...named(withCurrent(categories, ticket.category))]}
            onChoose={(value) => void details.run({ categoryId: value || null })}
          />
        </Property>
      )}
      <Property label="Type">
        <Choice
          label="Type"
          value={ticket.type ?? none}
          isDisabled={!abilities.update}
          options={[{ value: none, name: 'None' }, ...ticketTypes.map((type) => ({ value: type, name: typeNames[type] }))]}
          onChoose={(value) => void details.run({ type: (value || null) as TicketType | null })}
        />
      </Property>
      <Due
        key={ticket.dueAt?.toISOString() ?? none}
        dueAt={ticket.dueAt}
        timeZone={timeZone}
        isDisabled={!abilities.update}
        onChoose={(dueAt) => void details.run({ dueAt })}
      />
    </div>
  )
}

const named = (entries: Named[]): Option[] => entries.map(({ id, name }) => ({ value: id, name }))

function Property({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <span aria-hidden className="text-sm font-medium">
        {label}
      </span>
      {children}
    </div>
  )
}

/** Saved when the field is left or Enter is pressed, not with every turn of its wheels. */
function Due(props: { dueAt: Date | null; timeZone: string; isDisabled: boolean; onChoose: (dueAt: string | null) => void }) {
  const { dueAt, timeZone, isDisabled, onChoose } = props
  const stored = dueAt ? wallClock(dueAt, timeZone) : ''
  const [typed, setTyped] = useState(stored)
  const id = useId()
  const save = () => {
    if (typed !== stored) onChoose(typed ? instantAt(typed, timeZone).toISOString() : null)
  }
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        Due
      </label>
      <Input
        id={id}
        type="datetime-local"
        value={typed}
        disabled={isDisabled}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
        className="h-8 px-2.5 text-sm"
      />
    </div>
  )
}

/** Somebody who has left, or a department that is gone, is still shown where it stands. */
const withCurrent = (entries: Named[], current: Named | null) =>
  current && !entries.some(({ id }) => id === current.id) ? [...entries, current] : entries
