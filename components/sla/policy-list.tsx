'use client'

import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/utils/combine'
import { reorder } from '@atlaskit/pragmatic-drag-and-drop/utils/reorder'
import { ArrowDown, ArrowUp, GripVertical } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox } from '@/components/ui/field'
import { Badge, Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import type { PolicyOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { PolicyMenu } from './policy-menu'
import { PolicyNotices } from './policy-notices'

/** Policies in their order: the first that a ticket meets applies. Moved by dragging, or by the arrows. */
export function PolicyList({ policies, mayChange }: { policies: PolicyOutput[]; mayChange: boolean }) {
  const t = useTranslations('slaSettings.policies')
  const order = useAction(api.sla.order, { success: t('moved') })
  // What is wanted shows at once, until the server says how it is.
  const [wanted, setWanted] = useState<string[] | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says now replaces what was wanted before
  useEffect(() => setWanted(null), [policies])
  const shown = wanted ? wanted.flatMap((id) => policies.find((policy) => policy.id === id) ?? []) : policies
  async function move(from: number, to: number) {
    const ids = reorder({ list: shown.map(({ id }) => id), startIndex: from, finishIndex: to })
    setWanted(ids)
    if (!(await order.run({ ids }))) setWanted(null)
  }
  return (
    <Card>
      <ol className="divide-y">
        {shown.map((policy, at) => {
          const aboveAt = shown.findIndex(({ id }) => policy.shadowedBy.some((other) => other.id === id))
          return (
            <Row
              key={policy.id}
              policy={policy}
              at={at}
              last={shown.length - 1}
              isFixed={!mayChange}
              isPending={order.isPending}
              onMove={move}
              aboveAt={aboveAt}
              aboveName={shown[aboveAt]?.name ?? ''}
            />
          )
        })}
        <li className="px-4 py-3 ps-12 text-sm text-muted">{t('noMatch')}</li>
      </ol>
    </Card>
  )
}

interface RowProps {
  policy: PolicyOutput
  at: number
  last: number
  isFixed: boolean
  isPending: boolean
  onMove: (from: number, to: number) => Promise<void>
  /** The first place at which it would be reached, and what stands there; -1 where it is reached, or can't be. */
  aboveAt: number
  aboveName: string
}

function Row({ policy, at, last, isFixed, isPending, onMove, aboveAt, aboveName }: RowProps) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.policies')
  const reach = useTranslations('slaSettings.reach')
  const { id, name, description, filter, isActive, targets } = policy
  const row = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const [isDragged, setDragged] = useState(false)
  /** Where what is dragged over it would come to stand. */
  const [edge, setEdge] = useState<'above' | 'below' | null>(null)
  const canMove = !isFixed && last > 0 && !isPending
  // biome-ignore lint/correctness/useExhaustiveDependencies: set up anew wherever the row comes to stand
  useEffect(() => {
    const element = row.current
    if (!element || !grip.current || !canMove) return
    const placeOf = (data: Record<string, unknown>) => (typeof data.policyAt === 'number' && data.policyAt !== at ? data.policyAt : null)
    return combine(
      draggable({
        element,
        dragHandle: grip.current,
        getInitialData: () => ({ policyAt: at }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => placeOf(source.data) !== null,
        onDragEnter: ({ source }) => setEdge((placeOf(source.data) ?? at) < at ? 'below' : 'above'),
        onDragLeave: () => setEdge(null),
        onDrop({ source }) {
          setEdge(null)
          const from = placeOf(source.data)
          if (from !== null) void onMove(from, at)
        },
      }),
    )
  }, [at, canMove])
  return (
    <li
      ref={row}
      className={cn(
        'flex flex-wrap items-center gap-3 px-4 py-3',
        isDragged && 'opacity-40',
        edge === 'above' && 'shadow-[inset_0_2px_var(--accent)]',
        edge === 'below' && 'shadow-[inset_0_-2px_var(--accent)]',
      )}
    >
      <span ref={grip} aria-hidden className={cn('-ms-2 text-muted', canMove ? 'cursor-grab' : 'invisible')}>
        <GripVertical className="size-4" />
      </span>
      <span className="w-5 text-sm text-muted tabular-nums">{at + 1}</span>
      <span className="min-w-0 flex-1">
        <Link href={`/settings/sla/${id}`} className="font-medium text-link" draggable={false}>
          <bdi>{name}</bdi>
        </Link>
        <span className="block text-sm wrap-anywhere text-muted">
          {description || filter || t('allTickets')} · {t('targets', { count: targets.length })}
        </span>
        <PolicyNotices policy={policy}>
          {!isFixed && aboveAt >= 0 && aboveAt < at && (
            <Button size="small" className="mt-1.5" disabled={isPending} onClick={() => void onMove(at, aboveAt)}>
              {reach('moveAbove', { name: aboveName })}
            </Button>
          )}
        </PolicyNotices>
      </span>
      {!isActive && <Badge>{common('inactive')}</Badge>}
      {!isFixed && (
        <span className="hidden sm:flex">
          <Button
            size="small"
            variant="ghost"
            aria-label={t('moveUp', { name })}
            disabled={at === 0 || isPending}
            onClick={() => void onMove(at, at - 1)}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            size="small"
            variant="ghost"
            aria-label={t('moveDown', { name })}
            disabled={at === last || isPending}
            onClick={() => void onMove(at, at + 1)}
          >
            <ArrowDown aria-hidden />
          </Button>
        </span>
      )}
      {!isFixed && (
        <PolicyMenu
          policy={policy}
          isPending={isPending}
          onUp={at > 0 ? () => onMove(at, at - 1) : null}
          onDown={at < last ? () => onMove(at, at + 1) : null}
        />
      )}
    </li>
  )
}

export function SlaSwitch({ isEnabled }: { isEnabled: boolean }) {
  const t = useTranslations('slaSettings.policies')
  const ui = useTranslations('ui')
  const { run, isPending } = useAction(api.sla.enable)
  const [asksToStop, setAsksToStop] = useState(false)
  return (
    <>
      <Checkbox
        label={t('enable')}
        checked={isEnabled}
        disabled={isPending}
        onChange={(event) => (event.target.checked ? void run({ isEnabled: true }) : setAsksToStop(true))}
      />
      <Dialog title={t('disableTitle')} says={t('disableSays')} isOpen={asksToStop} onOpenChange={setAsksToStop}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsksToStop(false)}>{ui('cancel')}</Button>
          <Button variant="danger" isPending={isPending} onClick={() => void run({ isEnabled: false }).then(() => setAsksToStop(false))}>
            {t('disable')}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
