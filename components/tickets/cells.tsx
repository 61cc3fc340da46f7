import type { ReactNode } from 'react'
import { Avatar, Badge } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { Reference } from '@/lib/core/schema'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { useAttributeWords } from './attribute-words'
import { StatusBadge } from './labels'
import { SlaChip } from './sla-chip'

type Kind = Attribute['kind']

/** How wide a column of a kind is, and how loud. */
const looks: Partial<Record<Kind, string>> = {
  requester: 'w-36',
  clocks: 'w-40',
  status: 'w-28',
  person: 'w-7',
  tags: 'w-32 gap-1 overflow-hidden',
  choice: 'w-20',
  instant: 'w-20 text-end text-xs',
  count: 'w-16 text-end',
}
const quiet: Kind[] = ['department', 'category', 'text']

// not-words: classes
const shownFrom = { sm: 'hidden sm:block', md: 'hidden md:block', lg: 'hidden lg:block', xl: 'hidden xl:block', '2xl': 'hidden 2xl:block' }

export function cellClass(name: ColumnName): string {
  const [, attribute] = attributeNamed(name)
  const { kind, list } = attribute
  const from = list?.from
  // What can be ordered or set by hand is looked for; the rest stands back.
  const isQuiet =
    quiet.includes(kind) || (kind === 'choice' && !attribute.isOrdered) || (kind === 'instant' && attribute.edit !== 'details')
  // not-words: classes
  const hidden = kind === 'tags' ? 'hidden 2xl:flex' : from ? shownFrom[from] : ''
  return `${looks[kind] ?? 'w-28'} ${hidden} ${isQuiet ? 'text-muted' : ''}`
}

/** Whether the column is too narrow for its title. */
export const isNarrow = (name: ColumnName) => attributeNamed(name)[1].kind === 'person'

interface CellProps {
  ticket: TicketOutput
  name: ColumnName
  timeZone: string
  isDense: boolean
}

/** What a list shows of a ticket in one column. */
export function Cell({ ticket, name, timeZone, isDense }: CellProps): ReactNode {
  const words = useAttributeWords()
  const [key, attribute] = attributeNamed(name)
  const value = (ticket as Record<string, unknown>)[key]
  if (value === null || value === undefined) return null
  switch (attribute.kind) {
    case 'status':
      return <StatusBadge status={ticket.status} />
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
