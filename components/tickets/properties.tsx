'use client'

import { useState } from 'react'
import { Field, FormError, Select } from '@/components/ui/field'
import { type ActionError, useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'
import { type Priority, priorities, type TicketOutput, type TicketStatus } from '@/lib/tickets/schema'
import { priorityNames, statusNames } from './labels'
import { asksWhy, MoveDialog } from './move-dialog'
import { useOwnVersion } from './own-version'

interface Props {
  ticket: TicketOutput
  people: { id: string; name: string }[]
  departments: { id: string; name: string }[]
  timeZone: string
}

/** Each property saves by itself, at the version that was read; a conflict shows the new state and says so. */
export function Properties({ ticket, people, departments, timeZone }: Props) {
  const { id, abilities } = ticket
  const own = useOwnVersion()
  const at = () => ({ id, version: own.read() })
  const done = ({ version }: { version: number }) => own.note(version)
  const options = { success: 'Saved.', isForm: true, onDone: done }
  const assign = useAction(api.tickets.assign, options)
  const [asked, setAsked] = useState<TicketStatus | null>(null)
  const status = useAction(api.tickets.changeStatus, {
    ...options,
    onDone: (after) => {
      done(after)
      setAsked(null)
    },
  })
  const priority = useAction(api.tickets.changePriority, options)
  const department = useAction(api.tickets.changeDepartment, { ...options, onDone: ({ ticket: after }) => after && done(after) })
  const isPending = [assign, status, priority, department].some((action) => action.isPending)
  const errors = [assign, status, priority, department].flatMap(({ error }) => (error ? [say(error)] : []))
  return (
    <div className="grid gap-3.5">
      <FormError>{errors.join(' ')}</FormError>
      <MoveDialog
        to={asked}
        timeZone={timeZone}
        error={status.error}
        isPending={status.isPending}
        onCancel={() => setAsked(null)}
        onMove={(move) => void status.run({ ...at(), ...move })}
      />
      <Field label="Status">
        {(control) => (
          <Select
            {...control}
            value={ticket.status}
            disabled={!abilities.update || isPending}
            onChange={(event) => {
              const to = event.target.value as TicketStatus
              if (asksWhy(ticket.status, to)) setAsked(to)
              else void status.run({ ...at(), status: to })
            }}
          >
            <option value={ticket.status}>{statusNames[ticket.status]}</option>
            {abilities.moves.map((move) => (
              <option key={move} value={move}>
                {(move === 'assigned' || move === 'created') && ticket.status !== 'draft' ? 'Open again' : statusNames[move]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Assignee">
        {(control) => (
          <Select
            {...control}
            value={ticket.assignee?.id ?? ''}
            disabled={!abilities.assign || isPending}
            onChange={(event) => void assign.run({ ...at(), assigneeId: event.target.value || null })}
          >
            <option value="">Nobody</option>
            {withCurrent(people, ticket.assignee).map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Department">
        {(control) => (
          <Select
            {...control}
            value={ticket.department?.id ?? ''}
            disabled={!abilities.update || isPending}
            onChange={(event) => void department.run({ ...at(), departmentId: event.target.value })}
          >
            {!ticket.department && <option value="">None</option>}
            {withCurrent(departments, ticket.department).map((entry) => (
              <option key={entry.id} value={entry.id}>
                {entry.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Priority">
        {(control) => (
          <Select
            {...control}
            value={ticket.priority}
            disabled={!abilities.update || isPending}
            onChange={(event) => void priority.run({ ...at(), priority: event.target.value as Priority })}
          >
            {priorities.map((name) => (
              <option key={name} value={name}>
                {priorityNames[name]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}

const say = ({ code, message }: ActionError) =>
  code === 'CONFLICT' ? `${message} This is how it stands now; change it again if you still want to.` : message

/** Somebody who has left, or a department that is gone, is still shown where it stands. */
const withCurrent = (entries: { id: string; name: string }[], current: { id: string; name: string } | null) =>
  current && !entries.some(({ id }) => id === current.id) ? [...entries, current] : entries
