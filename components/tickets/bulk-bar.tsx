'use client'

import { Archive, Building2, CircleDot, Flag, Tag, Trash2, UserRound, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useKeys } from '@/components/ui/keys'
import { useAction } from '@/components/ui/use-action'
import { tagInput } from '@/lib/core/schema'
import { type Priority, priorities } from '@/lib/directory/schema'
import type { BulkChange, BulkOutput } from '@/lib/tickets/actions/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { api } from '@/lib/wiring/client'
import { PriorityIcon, priorityNames, StatusIcon, statusNames } from './labels'
import type { Selection } from './use-selection'

interface Props {
  selection: Selection
  query: { view: string; q?: string }
  hasMore: boolean
  may: { remove: boolean }
}

const askEveryMs = 500
const undoForMs = 10_000

/** What can be done with the chosen tickets; slides up when some are chosen. */
export function BulkBar({ selection, query, hasMore, may }: Props) {
  const router = useRouter()
  const { ids, isWhole, clear } = selection
  const { people, departments } = useChoices(ids.size > 0)
  const start = useAction(api.tickets.startBulk, {
    onDone(bulk) {
      clear()
      void follow(bulk, () => router.refresh())
    },
  })
  const leave = () => (ids.size > 0 ? clear() : false)
  useKeys({ Escape: leave })
  if (ids.size === 0) return null
  const { view, q } = query
  const run = (change: BulkChange) => start.run(isWhole ? { all: { view, ...(q ? { q } : {}) }, change } : { ids: [...ids], change })
  return (
    <section
      aria-label="Chosen tickets"
      className="sticky bottom-0 z-20 flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-2.5 shadow-[0_-2px_8px_rgb(0_0_0/0.08)]"
    >
      <p role="status" className="mr-2 text-sm font-medium">
        {isWhole ? 'All of this view (up to 1,000)' : `${ids.size} chosen`}
      </p>
      <Choice
        label="Assign"
        side="top"
        value=""
        options={[{ value: '-', name: 'Nobody' }, ...people.map(({ id, name }) => ({ value: id, name }))]}
        onChoose={(id) => void run({ kind: 'assign', assigneeId: id === '-' ? null : id })}
        trigger={
          <>
            <UserRound aria-hidden /> Assign
          </>
        }
      />
      <Choice
        label="Status"
        side="top"
        value=""
        options={(['in_progress', 'resolved', 'closed'] as TicketStatus[]).map((status) => ({
          value: status,
          name: statusNames[status],
          icon: <StatusIcon status={status} />,
        }))}
        onChoose={(status) => void run({ kind: 'status', status: status as TicketStatus })}
        trigger={
          <>
            <CircleDot aria-hidden /> Status
          </>
        }
      />
      <Choice
        label="Priority"
        side="top"
        value=""
        options={priorities.map((name) => ({ value: name, name: priorityNames[name], icon: <PriorityIcon priority={name} isPlain /> }))}
        onChoose={(priority) => void run({ kind: 'priority', priority: priority as Priority })}
        trigger={
          <>
            <Flag aria-hidden /> Priority
          </>
        }
      />
      {departments.length > 1 && (
        <Choice
          label="Department"
          side="top"
          value=""
          options={departments.map(({ id, name }) => ({ value: id, name }))}
          onChoose={(departmentId) => void run({ kind: 'department', departmentId })}
          trigger={
            <>
              <Building2 aria-hidden /> Department
            </>
          }
        />
      )}
      <FormDialog
        trigger={
          <>
            <Tag aria-hidden /> Tags
          </>
        }
        title="Change tags"
        submit="Change"
        error={start.error}
        isPending={start.isPending}
        onSubmit={(form) => {
          const tags = (name: string) =>
            String(form.get(name) ?? '')
              .split(',')
              .flatMap((typed) => tagInput.safeParse(typed).data ?? [])
          return run({ kind: 'tags', add: tags('add'), remove: tags('remove') })
        }}
      >
        <Field label="Add" hint="Several with commas between them.">
          {(control) => <Input {...control} name="add" dir="auto" autoFocus />}
        </Field>
        <Field label="Take off">{(control) => <Input {...control} name="remove" dir="auto" />}</Field>
      </FormDialog>
      <Button size="small" onClick={() => void run({ kind: 'archive', isArchived: true })}>
        <Archive aria-hidden /> Archive
      </Button>
      {may.remove && (
        <Button size="small" variant="danger" onClick={() => void run({ kind: 'delete' })}>
          <Trash2 aria-hidden /> Remove
        </Button>
      )}
      <span className="ml-auto flex items-center gap-2">
        {hasMore && !isWhole && (
          <Button size="small" variant="ghost" onClick={selection.chooseWhole}>
            Choose all of this view
          </Button>
        )}
        <Button size="small" variant="ghost" onClick={clear} aria-label="Choose none" title="Choose none (Escape)">
          <X aria-hidden />
        </Button>
      </span>
    </section>
  )
}

interface Named {
  id: string
  name: string
}

/** Read once somebody chooses a row; what cannot be read is not offered. */
function useChoices(isWanted: boolean) {
  const [people, setPeople] = useState<Named[]>([])
  const [departments, setDepartments] = useState<Named[]>([])
  useEffect(() => {
    if (!isWanted) return
    api.people.list({ kind: 'staff', limit: 200 }).then(
      ({ items }) => setPeople(items),
      () => setPeople([]),
    )
    api.departments.list().then(
      ({ items }) => setDepartments(items),
      () => setDepartments([]),
    )
  }, [isWanted])
  return { people, departments }
}

const plural = (count: number) => `${count} ticket${count === 1 ? '' : 's'}`

/** Shows how far it is, then how it went, with a way back. */
async function follow(first: BulkOutput, onChange: () => void) {
  const { id } = first
  const shown = `bulk-${id}`
  let bulk = first
  const isUndo = bulk.status === 'undoing'
  while (bulk.status === 'running' || bulk.status === 'undoing') {
    const made = isUndo ? bulk.undone + bulk.kept : bulk.done + bulk.failed
    toast.loading(`${isUndo ? 'Taking back' : 'Changing'} ${made} of ${plural(bulk.total)}`, { id: shown })
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
    try {
      bulk = await api.tickets.bulk({ id })
    } catch {
      toast.error('It goes on, but how far it is cannot be seen just now.', { id: shown })
      return
    }
  }
  onChange()
  if (isUndo) {
    const kept = bulk.kept > 0 ? ` ${plural(bulk.kept)} stayed: somebody has changed them since.` : ''
    toast.success(`${plural(bulk.undone)} as before.${kept}`, { id: shown })
    return
  }
  const undo = {
    label: 'Undo',
    onClick: () =>
      void api.tickets.undoBulk({ id }).then(
        (next) => follow(next, onChange),
        (error: Error) => toast.error(error.message, { id: shown }),
      ),
  }
  if (bulk.failed === 0) return void toast.success(`${plural(bulk.done)} changed.`, { id: shown, action: undo, duration: undoForMs })
  const problems = bulk.problems.map(({ number, error }) => `${number}: ${error}`).join(' ')
  toast.warning(`${plural(bulk.done)} changed, ${bulk.failed} not. ${problems}`, {
    id: shown,
    duration: 30_000,
    ...(bulk.done > 0 ? { action: undo } : {}),
  })
}
