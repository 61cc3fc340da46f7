import type { FieldKind } from '@/lib/tickets/fields/schema'

export const kindNames: Record<FieldKind, string> = {
  text: 'One line of text',
  long_text: 'Several lines of text',
  number: 'Number',
  date: 'Date',
  checkbox: 'Tick',
  select: 'One of a list',
  multi_select: 'Several of a list',
}
