import { type Filter, FilterError, parseFilter, writeFilter } from '@/lib/core/filter'

export const operators = ['is', 'not', 'contains', 'lacks', 'starts', 'ends'] as const
export type Operator = (typeof operators)[number]

/** One sentence: the department is one of these. Several values are alternatives. */
export interface Condition {
  /** Stays with the sentence, wherever it moves. */
  key: string
  field: string
  operator: Operator
  values: string[]
}

export interface Conditions {
  /** All must hold, or any of them. */
  mode: 'all' | 'any'
  rows: Condition[]
}

/** A filter as sentences; null where it says more than sentences can. */
export function readConditions(filter: string): Conditions | null {
  try {
    const parsed = parseFilter(filter)
    const parts = parsed.kind === 'all' || parsed.kind === 'any' ? parsed.parts : [parsed]
    const rows = parts.map(conditionOf)
    if (rows.includes(null)) return null
    return {
      mode: parsed.kind === 'any' ? 'any' : 'all',
      rows: (rows as Omit<Condition, 'key'>[]).map((row, at) => ({ ...row, key: `${at}` })),
    }
  } catch (error) {
    if (error instanceof FilterError) return null
    throw error
  }
}

function conditionOf(part: Filter): Omit<Condition, 'key'> | null {
  const isNot = part.kind === 'not'
  const leaf = isNot ? part.part : part
  if (leaf.kind !== 'field' || leaf.comparison !== '=') return null
  const { name: field, values } = leaf
  const stars = values.map((value) => [value.startsWith('*'), value.endsWith('*'), value.slice(1, -1).includes('*')] as const)
  const [first] = stars
  if (!first || stars.some(([begins, ends, inside]) => inside || begins !== first[0] || ends !== first[1])) return null
  const plain = values.map((value) => value.replace(/^\*|\*$/g, ''))
  const [begins, ends] = first
  if (begins && ends) return { field, operator: isNot ? 'lacks' : 'contains', values: plain }
  if (isNot && (begins || ends)) return null
  return { field, operator: begins ? 'ends' : ends ? 'starts' : isNot ? 'not' : 'is', values: plain }
}

/** Whether a sentence has nothing to compare with yet. */
export const isUnfinished = (draft: Conditions | null) => draft?.rows.some(({ values }) => values.length === 0) ?? false

/** Sentences as a filter; those without a value say nothing. */
export function writeConditions({ mode, rows }: Conditions): string {
  const parts = rows
    .filter(({ values }) => values.length > 0)
    .map(({ field: name, operator, values }): Filter => {
      const around = (value: string) =>
        `${operator === 'contains' || operator === 'lacks' || operator === 'ends' ? '*' : ''}${value}${operator === 'contains' || operator === 'lacks' || operator === 'starts' ? '*' : ''}`
      const leaf: Filter = { kind: 'field', name, comparison: '=', values: values.map(around), at: 0 }
      return operator === 'not' || operator === 'lacks' ? { kind: 'not', part: leaf } : leaf
    })
  return parts.length === 0 ? '' : writeFilter({ kind: mode, parts })
}

/** Values as they are typed, with commas between them; one with a comma inside stands in quotation marks. */
export const readValues = (text: string): string[] =>
  [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
    .map(([, quoted, plain = '']) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim())
    .filter(Boolean)

export const writeValues = (values: readonly string[]): string =>
  values.map((value) => (/[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(', ')
