/** What of two is not the same. */
export function difference<T extends object>(before: T, after: T): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const skipped = ['version', 'updatedAt', 'path', 'articleCount', 'content', 'actions', 'abilities']
  const keys = (Object.keys(after) as (keyof T & string)[]).filter(
    (key) => !skipped.includes(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
  const of = (row: T) => Object.fromEntries(keys.map((key) => [key, row[key]]))
  return { before: of(before), after: of(after) }
}
