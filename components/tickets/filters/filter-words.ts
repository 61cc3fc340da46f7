import { useFormatter, useLocale, useTranslations } from 'next-intl'
import type { FieldOutput } from '@/lib/tickets/fields/schema'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeAsked } from '@/lib/tickets/ticket/attribute-names'
import { type AttributeKey, attributeEntries } from '@/lib/tickets/ticket/attributes'
import { useAttributeWords } from '../attribute-words'
import { type Chip, fieldAsked, flags, type Operator } from './chips'

/** The attribute that chips of a name ask; null for `is:`. */
export const askedBy = (name: string): Attribute | null => (fieldAsked(name) ? null : (attributeAsked(name)?.[1] ?? null))

const keyOf = (attribute: Attribute) => attributeEntries.find(([, each]) => each === attribute)?.[0] as AttributeKey

const units = { m: 'minute', h: 'hour', d: 'day', w: 'week' } as const

/**
 * How the parts of a chip are called; a value that is none of the language's words is shown as it was written.
 * @param custom fields of the workspace, as far as they are known
 */
export function useFilterWords(custom: readonly FieldOutput[] = []) {
  const t = useTranslations('tickets.filters')
  const words = useAttributeWords()
  const format = useFormatter()
  const locale = useLocale()
  function instant(value: string): string {
    const [, sign, count, unit] = /^([+-]?)(\d{1,5})([mhdw])$/.exec(value) ?? []
    if (count && unit)
      return new Intl.RelativeTimeFormat(locale).format((sign === '+' ? 1 : -1) * Number(count), units[unit as keyof typeof units])
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return format.dateTime(new Date(`${value}T00:00Z`), 'date', { timeZone: 'UTC' })
    return known(value)
  }
  const known = (value: string) => (t.has(`values.${value}` as 'values.me') ? t(`values.${value}` as 'values.me') : value)
  const fieldOf = (name: string) => custom.find(({ key }) => key === fieldAsked(name))
  function ofField(field: FieldOutput | undefined, said: string): string {
    if (said === 'none' || said === 'any') return known(said)
    if (field?.kind === 'checkbox' && (said === 'true' || said === 'false')) return t(`values.${said}`)
    return field?.kind === 'date' ? instant(said) : said
  }
  function value(name: string, said: string): string {
    if (fieldAsked(name)) return ofField(fieldOf(name), said)
    const attribute = askedBy(name)
    if (attribute?.kind === 'instant') return instant(said)
    if (attribute && 'values' in attribute && attribute.values.includes(said)) return words.choice(attribute, said)
    return name === flags || !attribute || attribute.kind !== 'text' ? known(said) : said
  }
  return {
    name: (name: string) => {
      const key = fieldAsked(name)
      if (key) return fieldOf(name)?.name ?? key
      const attribute = askedBy(name)
      return attribute ? words.label(keyOf(attribute)) : t('flags')
    },
    operator: (name: string, operator: Operator) =>
      t(`operators.${askedBy(name)?.kind === 'instant' || fieldOf(name)?.kind === 'date' ? 'instant' : 'value'}.${nameOf[operator]}`),
    value,
    values: ({ name, operator, values }: Chip) => {
      const said = values.filter(Boolean).map((each) => value(name, each))
      if (operator !== '..') return format.list(said, { type: 'disjunction' })
      return values[0] && values[1]
        ? t('from', { from: said[0] ?? '', to: said[1] ?? '' })
        : t(values[0] ? 'since' : 'until', { at: said[0] ?? '' })
    },
  }
}

const nameOf = { '=': 'is', '!=': 'isNot', '>': 'above', '>=': 'atLeast', '<': 'below', '<=': 'atMost', '..': 'between' } as const
