import type { ReactNode } from 'react'
import { Badge, initialsOf } from '@/components/ui/layout'
import { PersonPicture } from '@/components/ui/person-picture'
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

/** How wide a column of a kind is, how loud, and from which width of the screen on it is there: rows.css says what each class does. */
export function cellClass(name: ColumnName): string {
  const [key, attribute] = attributeNamed(name)
  const { kind, list } = attribute
  const from = kind === 'tags' ? '2xl' : list?.from
  // What can be ordered or set by hand is looked for; the rest stands back.
  const isQuiet = (kind === 'choice' && !attribute.isOrdered) || (kind === 'instant' && attribute.edit !== 'details')
  // On a narrow screen few columns are there at all.
  const hidden = from && from !== 'sm' && `from-${from}`
  const loud = key === 'updatedAt' ? 'cell-last' : isQuiet && 'text-muted'
  return [`cell-${kind}`, loud, hidden].filter(Boolean).join(' ')
}

/** Whether the column is too narrow for its title. */
export const isNarrow = (name: ColumnName) => attributeNamed(name)[1].kind === 'person'

interface CellProps {
  ticket: ListedTicket
  name: ColumnName
  className: string
  timeZone: string
  isDense: boolean
  words: ReturnType<typeof useAttributeWords>
}

/** What a list shows of a ticket in one column. */
export function Cell({ ticket, name, className, timeZone, isDense, words }: CellProps) {
  const [key, attribute] = attributeNamed(name)
  const value = (ticket as unknown as Record<string, unknown>)[key] ?? null
  // A name or a text is cut at its own end, and stands where the others of its column stand.
  if (value !== null && isText(attribute.kind))
    return <bdi className={className}>{typeof value === 'object' ? (value as Reference).name : String(value)}</bdi>
  return <span className={className}>{value !== null && content()}</span>

  function content(): ReactNode {
    switch (attribute.kind) {
      case 'status':
        return <StatusLabel status={ticket.status} />
      case 'choice':
        return words.choice(attribute, String(value))
      case 'instant':
        return <Time at={value as Date} timeZone={timeZone} isOneOfMany />
      case 'person':
        return <Initials of={value as Reference} as={words.label(key)} />
      case 'clocks':
        return <SlaChip clocks={ticket.clocks} timeZone={timeZone} name={isDense ? 'hidden' : 'below'} />
      case 'tags':
        return (value as string[]).slice(0, 2).map((tag) => (
          <Badge key={tag} className="min-w-0">
            <bdi className="truncate">{tag}</bdi>
          </Badge>
        ))
    }
  }
}

const drawn: Kind[] = ['status', 'choice', 'instant', 'person', 'clocks', 'tags']
const isText = (kind: Kind) => !drawn.includes(kind)

function Initials({ of: { id, name }, as }: { of: Reference; as: string }) {
  const said = `${as}: ${name}`
  return (
    <span role="img" title={said} className="avatar">
      {initialsOf(name)}
      <PersonPicture of={id} />
    </span>
  )
}
