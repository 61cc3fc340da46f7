import { useFormatter, useTranslations } from 'next-intl'
import type { MessageKey } from '@/lib/core/message'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { AttributeKey } from '@/lib/tickets/ticket/attributes'
import type { TicketSort } from '@/lib/tickets/views/schema'

/** What attributes, their values and the orders by them are called. */
export function useAttributeWords() {
  const t = useTranslations()
  const format = useFormatter()
  const label = (key: AttributeKey) => t(`tickets.attributes.${key}`)
  /** A value of a choice: its words stand under the part of the catalogue that the entry names. */
  const choice = ({ words }: { words: string }, value: string) => t(`${words}.${value}` as MessageKey as 'common.status.created')
  return {
    label,
    choice,
    /** A value as an event tells it; references by the names that come with it. */
    value(attribute: Attribute, value: unknown, names: Record<string, string>): string {
      if ('words' in attribute) return choice(attribute, String(value))
      if (attribute.kind === 'flag') return t(value ? 'common.yes' : 'common.no')
      if (attribute.kind === 'instant') return format.dateTime(new Date(String(value)), 'moment')
      return names[String(value)] ?? String(value)
    },
    column: (name: string) => label(attributeNamed(name)[0]),
    sort(sort: TicketSort): string {
      const [key, { kind }] = attributeNamed(sort.replace('-', ''))
      const way = sort.startsWith('-') ? 'down' : 'up'
      const by = kind === 'instant' || kind === 'clocks' ? 'instant' : kind === 'choice' ? 'choice' : 'text'
      return t(`tickets.sorts.${by}.${way}`, { label: label(key) })
    },
  }
}
