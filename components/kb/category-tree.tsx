'use client'

import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter'
import { combine } from '@atlaskit/pragmatic-drag-and-drop/utils/combine'
import { ArrowDown, ArrowUp, GripVertical, IndentDecrease, IndentIncrease, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Badge, Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { CategoryOutput } from '@/lib/kb/articles/schema'
import { deepestLevel } from '@/lib/kb/articles/values'
import { api } from '@/lib/wiring/client'
import { CategoryForm } from './category-form'

interface Place {
  parentId: string | null
  position: number
}
type Way = 'up' | 'down' | 'in' | 'out'

/** Where a category comes to stand by one step; null where there is no such step. */
export function placeAfter(all: readonly CategoryOutput[], { id, parentId, level }: CategoryOutput, way: Way): Place | null {
  const siblings = all.filter((each) => each.parentId === parentId)
  const at = siblings.findIndex((each) => each.id === id)
  if (way === 'up') return at > 0 ? { parentId, position: at - 1 } : null
  if (way === 'down') return at < siblings.length - 1 ? { parentId, position: at + 1 } : null
  if (way === 'in') {
    const above = siblings[at - 1]
    if (!above || level >= deepestLevel) return null
    return { parentId: above.id, position: all.filter((each) => each.parentId === above.id).length }
  }
  const parent = all.find((each) => each.id === parentId)
  if (!parent) return null
  const uncles = all.filter((each) => each.parentId === parent.parentId)
  return { parentId: parent.parentId, position: uncles.findIndex((each) => each.id === parent.id) + 1 }
}

const ways: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowRight: 'in', ArrowLeft: 'out' }

/** Categories in their tree: moved by dragging, by Alt with the arrows, or from the menu. */
export function CategoryTree({ categories, mayManage }: { categories: CategoryOutput[]; mayManage: boolean }) {
  const t = useTranslations('kb.categories')
  const move = useAction(api.kb.moveCategory, { success: t('moved') })
  const put = ({ id, version }: CategoryOutput, place: Place | null) => place && move.run({ id, version, ...place })
  return (
    <Card>
      <ul aria-label={t('label')} className="divide-y">
        {categories.map((category) => (
          <Row key={category.id} category={category} all={categories} mayManage={mayManage} isPending={move.isPending} onPut={put} />
        ))}
      </ul>
    </Card>
  )
}

interface RowProps {
  category: CategoryOutput
  all: readonly CategoryOutput[]
  mayManage: boolean
  isPending: boolean
  onPut: (category: CategoryOutput, place: Place | null) => unknown
}

type Edge = 'above' | 'within' | 'below'

function Row({ category, all, mayManage, isPending, onPut }: RowProps) {
  const common = useTranslations('common')
  const t = useTranslations('kb.categories')
  const audienceName = useTranslations('kb.audiences')
  const { id, name, level, parentId, articleCount, audience } = category
  const row = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const [isDragged, setDragged] = useState(false)
  const [edge, setEdge] = useState<Edge | null>(null)
  const canMove = mayManage && !isPending
  const remove = useAction(api.kb.deleteCategory, { success: t('deleted'), undo: (input) => api.kb.restoreCategory(input) })
  // biome-ignore lint/correctness/useExhaustiveDependencies: set up anew when the tree changes
  useEffect(() => {
    const element = row.current
    if (!element || !grip.current || !canMove) return
    const edgeAt = (y: number): Edge => {
      const { top, height } = element.getBoundingClientRect()
      const at = (y - top) / height
      return at < 0.3 ? 'above' : at > 0.7 ? 'below' : 'within'
    }
    const dragged = (data: Record<string, unknown>) => all.find((each) => each.id === data.categoryId && each.id !== id)
    return combine(
      draggable({
        element,
        dragHandle: grip.current,
        getInitialData: () => ({ categoryId: id }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => dragged(source.data) !== undefined,
        onDrag: ({ location }) => setEdge(edgeAt(location.current.input.clientY)),
        onDragLeave: () => setEdge(null),
        onDrop({ source, location }) {
          setEdge(null)
          const moved = dragged(source.data)
          if (!moved) return
          const where = edgeAt(location.current.input.clientY)
          if (where === 'within') return void onPut(moved, { parentId: id, position: all.filter((each) => each.parentId === id).length })
          const siblings = all.filter((each) => each.parentId === parentId && each.id !== moved.id)
          void onPut(moved, { parentId, position: siblings.findIndex((each) => each.id === id) + (where === 'below' ? 1 : 0) })
        },
      }),
    )
  }, [all, id, canMove])
  function onKeyDown(event: KeyboardEvent) {
    const isTurned = document.documentElement.dir === 'rtl'
    const key = isTurned && event.key === 'ArrowLeft' ? 'ArrowRight' : isTurned && event.key === 'ArrowRight' ? 'ArrowLeft' : event.key
    const way = ways[key]
    if (!event.altKey || !way || !canMove) return
    event.preventDefault()
    onPut(category, placeAfter(all, category, way))
  }
  const step = (way: Way, icon: typeof ArrowUp) => {
    const place = placeAfter(all, category, way)
    return place && { name: t(way), icon, onUse: () => onPut(category, place) }
  }
  return (
    <li
      ref={row}
      className={cn(
        'flex items-center gap-2 py-1.5 pe-2',
        isDragged && 'opacity-40',
        edge === 'above' && 'shadow-[inset_0_2px_var(--accent)]',
        edge === 'below' && 'shadow-[inset_0_-2px_var(--accent)]',
        edge === 'within' && 'bg-accent/10',
      )}
      style={{ paddingInlineStart: `${0.75 + (level - 1) * 1.25}rem` }}
    >
      <span ref={grip} aria-hidden className={cn('text-muted', canMove ? 'cursor-grab' : 'invisible')}>
        <GripVertical className="size-4" />
      </span>
      <Link
        href={`/agent/kb?categoryId=${id}`}
        draggable={false}
        onKeyDown={onKeyDown}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowRight Alt+ArrowLeft"
        className="min-w-0 truncate font-medium"
      >
        <bdi>{name}</bdi>
      </Link>
      {audience !== 'public' && <Badge>{audienceName(audience)}</Badge>}
      <span className="ms-auto text-sm whitespace-nowrap text-muted tabular-nums">{t('articles', { count: articleCount })}</span>
      {mayManage && (
        <RowMenu
          of={name}
          isPending={isPending || remove.isPending}
          actions={[
            { verb: 'edit', dialog: (onClose) => <CategoryForm category={category} onClose={onClose} /> },
            level < deepestLevel && {
              name: t('newBelow'),
              icon: Plus,
              dialog: (onClose) => <CategoryForm parentId={id} onClose={onClose} />,
            },
            step('up', ArrowUp),
            step('down', ArrowDown),
            step('in', IndentIncrease),
            step('out', IndentDecrease),
            {
              verb: 'delete',
              isDangerous: true,
              dialog: (onClose) => (
                <ConfirmButton
                  action={common('delete')}
                  title={t('deleteTitle', { name })}
                  says={t('deleteSays')}
                  isPending={remove.isPending}
                  onConfirm={() => remove.run({ id })}
                  onClose={onClose}
                />
              ),
            },
          ]}
        />
      )}
    </li>
  )
}
