'use client'

import { Archive, Building2, CircleDot, Flag, Tag, Trash2, UserRound, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
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
import { useAttributeWords } from './attribute-words'
import { PriorityIcon, StatusIcon } from './labels'
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
  const t = useTranslations('tickets.bulk')
  const all = useTranslations()
  const words = useAttributeWords()
  const router = useRouter()
  const { ids, isWhole, clear } = selection
  const { people, departments } = useChoices(ids.size > 0)
  const start = useAction(api.tickets.startBulk, {
    onDone(bulk) {
      clear()
      void follow(bulk, { t, undo: all('tickets.undo') }, () => router.refresh())
    },
  })
  const leave = () => (ids.size > 0 ? clear() : false)
  useKeys({ Escape: leave })
  if (ids.size === 0) return null
  const { view, q } = query
  const run = (change: BulkChange) => start.run(isWhole ? { all: { view, ...(q ? { q } : {}) }, change } : { ids: [...ids], change })
  return (
    <section
      aria-label={t('label')}
      className="sticky bottom-0 z-20 flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-2.5 shadow-[0_-2px_8px_rgb(0_0_0/0.08)]"
    >
      <p role="status" className="me-2 text-sm font-medium">
        {isWhole ? t('whole') : t('selected', { count: ids.size })}
      </p>
      <Choice
        label={t('assign')}
        side="top"
        value=""
        options={[{ value: '-', name: all('tickets.unassigned') }, ...people.map(({ id, name }) => ({ value: id, name }))]}
        onChoose={(id) => void run({ kind: 'assign', assigneeId: id === '-' ? null : id })}
        trigger={
          <>
            <UserRound aria-hidden /> {t('assign')}
          </>
        }
      />
      <Choice
        label={words.label('status')}
        side="top"
        value=""
        options={(['in_progress', 'resolved', 'closed'] as TicketStatus[]).map((status) => ({
          value: status,
          name: all(`common.status.${status}`),
          icon: <StatusIcon status={status} />,
        }))}
        onChoose={(status) => void run({ kind: 'status', status: status as TicketStatus })}
        trigger={
          <>
            <CircleDot aria-hidden /> {words.label('status')}
          </>
        }
      />
      <Choice
        label={words.label('priority')}
        side="top"
        value=""
        options={priorities.map((name) => ({
          value: name,
          name: all(`common.priority.${name}`),
          icon: <PriorityIcon priority={name} isPlain />,
        }))}
        onChoose={(priority) => void run({ kind: 'priority', priority: priority as Priority })}
        trigger={
          <>
            <Flag aria-hidden /> {words.label('priority')}
          </>
        }
      />
      {departments.length > 1 && (
        <Choice
          label={all('common.department')}
          side="top"
          value=""
          options={departments.map(({ id, name }) => ({ value: id, name }))}
          onChoose={(departmentId) => void run({ kind: 'department', departmentId })}
          trigger={
            <>
              <Building2 aria-hidden /> {all('common.department')}
            </>
          }
        />
      )}
      <FormDialog
        trigger={
          <>
            <Tag aria-hidden /> {all('tickets.attributes.tags')}
          </>
        }
        title={t('changeTags')}
        submit={t('changeTags')}
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
        <Field label={t('addTags')} hint={t('severalHint')}>
          {(control) => <Input {...control} name="add" dir="auto" autoFocus />}
        </Field>
        <Field label={t('removeTags')}>{(control) => <Input {...control} name="remove" dir="auto" />}</Field>
      </FormDialog>
      <Button size="small" onClick={() => void run({ kind: 'archive', isArchived: true })}>
        <Archive aria-hidden /> {all('common.actions.archive')}
      </Button>
      {may.remove && (
        <Button size="small" variant="danger" onClick={() => void run({ kind: 'delete' })}>
          <Trash2 aria-hidden /> {all('common.delete')}
        </Button>
      )}
      <span className="ms-auto flex items-center gap-2">
        {hasMore && !isWhole && (
          <Button size="small" variant="ghost" onClick={selection.chooseWhole}>
            {t('selectWhole')}
          </Button>
        )}
        <Button size="small" variant="ghost" onClick={clear} aria-label={t('clear')} title={t('clearHint')}>
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

interface Words {
  t: ReturnType<typeof useTranslations<'tickets.bulk'>>
  undo: string
}

/** Shows how far it is, then how it went, with a way back. */
async function follow(first: BulkOutput, words: Words, onChange: () => void) {
  const { t } = words
  const { id } = first
  const shown = `bulk-${id}`
  let bulk = first
  const isUndo = bulk.status === 'undoing'
  while (bulk.status === 'running' || bulk.status === 'undoing') {
    const made = isUndo ? bulk.undone + bulk.kept : bulk.done + bulk.failed
    toast.loading(isUndo ? t('undoing', { made, total: bulk.total }) : t('changing', { made, total: bulk.total }), { id: shown })
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
    try {
      bulk = await api.tickets.bulk({ id })
    } catch {
      toast.error(t('lostSight'), { id: shown })
      return
    }
  }
  onChange()
  if (isUndo) {
    const { undone: count, kept } = bulk
    toast.success(kept > 0 ? t('undoneSome', { count, kept }) : t('undone', { count }), { id: shown })
    return
  }
  const undo = {
    label: words.undo,
    onClick: () =>
      void api.tickets.undoBulk({ id }).then(
        (next) => follow(next, words, onChange),
        (error: Error) => toast.error(error.message, { id: shown }),
      ),
  }
  if (bulk.failed === 0) return void toast.success(t('changed', { count: bulk.done }), { id: shown, action: undo, duration: undoForMs })
  const problems = bulk.problems.map(({ number, error }) => `${number}: ${error}`).join(' ')
  toast.warning(t('changedSome', { count: bulk.done, failed: bulk.failed, problems }), {
    id: shown,
    duration: 30_000,
    ...(bulk.done > 0 ? { action: undo } : {}),
  })
}
