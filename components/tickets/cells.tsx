import type { ReactNode } from 'react'
import { Avatar, Badge } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { Reference } from '@/lib/core/schema'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { ColumnName } from '@/lib/tickets/views/schema'
import type { useAttributeWords } from './attribute-words'
import { StatusLabel } from './labels'
import type { ListedTicket } from './listed'
import { SlaChip } from './sla-chip'

type Kind = Attribute['kind']

const quiet: Kind[] = ['department', 'category', 'text']

/** How wide a column of a kind is, how loud, and from which width of the screen on it is there: globals.css says what each class does. */
export function cellClass(name: ColumnName): string {
  const [key, attribute] = attributeNamed(name)
  const { kind, list } = attribute
  const from = kind === 'tags' ? '2xl' : list?.from
  // What can be ordered or set by hand is looked for; the rest stands back.
  const isQuiet =
    quiet.includes(kind) || (kind === 'choice' && !attribute.isOrdered) || (kind === 'instant' && attribute.edit !== 'details')
  return ['cell', `cell-${kind}`, key === 'updatedAt' && 'cell-last', from && `from-${from}`, isQuiet && 'text-muted']
    .filter(Boolean)
    .join(' ')
}

/** Whether the column is too narrow for its title. */
export const isNarrow = (name: ColumnName) => attributeNamed(name)[1].kind === 'person'

interface CellProps {
  ticket: ListedTicket
  name: ColumnName
  timeZone: string
  isDense: boolean
  words: ReturnType<typeof useAttributeWords>
}

/** What a list shows of a ticket in one column. */
export function Cell({ ticket, name, timeZone, isDense, words }: CellProps): ReactNode {
  const [key, attribute] = attributeNamed(name)
  const value = (ticket as unknown as Record<string, unknown>)[key]
  if (value === null || value === undefined) return null
  switch (attribute.kind) {
    case 'status':
      return <StatusLabel status={ticket.status} />
    case 'choice':
      return words.choice(attribute, String(value))
    case 'instant':
      return <Time at={value as Date} timeZone={timeZone} />
    case 'person': {
      const said = `${words.label(key)}: ${(value as Reference).name}`
      return (
        <span title={said}>
          <Avatar name={(value as Reference).name} />
          <span className="sr-only">{said}</span>
        </span>
      )
    }
    case 'requester':
    case 'department':
    case 'category':
      return <bdi>{(value as Reference).name}</bdi>
    case 'clocks':
      return <SlaChip clocks={ticket.clocks} timeZone={timeZone} name={isDense ? 'hidden' : 'below'} />
    case 'tags':
      return (value as string[]).slice(0, 2).map((tag) => (
        <Badge key={tag} className="min-w-0">
          <bdi className="truncate">{tag}</bdi>
        </Badge>
      ))
    default:
      return <bdi>{String(value)}</bdi>
  }
}
