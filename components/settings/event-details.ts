/** One thing that an event says: what it was before, where it says so. */
export interface EventDetail {
  /** The names of the fields that lead to it, from the outside in. */
  path: string[]
  before?: unknown
  value: unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/** All that an event says, field by field; of a change only what differs. */
export function eventDetails(payload: unknown): EventDetail[] {
  if (!isRecord(payload)) return payload === null || payload === undefined ? [] : leaves([], payload)
  if (!('before' in payload && 'after' in payload)) return leaves([], payload)
  const { before, after, ...rest } = payload
  return [...changes(before, after), ...leaves([], rest)]
}

function changes(before: unknown, after: unknown): EventDetail[] {
  if (!isRecord(before) && !isRecord(after)) return [{ path: ['change'], before, value: after }]
  const [then, now] = [leaves([], before ?? {}), leaves([], after ?? {})]
  const nameOf = ({ path }: EventDetail) => path.join('.')
  const were = new Map(then.map((detail) => [nameOf(detail), detail]))
  const are = new Set(now.map(nameOf))
  return [
    ...now.map((detail) => ({ ...detail, before: were.get(nameOf(detail))?.value ?? null })),
    ...then.filter((detail) => !are.has(nameOf(detail))).map(({ path, value }) => ({ path, before: value, value: null })),
  ].filter(({ before: was, value }) => !isSame(was, value))
}

/** What has no fields of its own; a list of plain values is one. */
function leaves(path: string[], value: unknown): EventDetail[] {
  if (isRecord(value)) return Object.entries(value).flatMap(([name, part]) => leaves([...path, name], part))
  if (Array.isArray(value) && value.some(isRecord)) return value.flatMap((part, n) => leaves([...path, String(n + 1)], part))
  return [{ path, value }]
}

/** "holdUntil" is "Hold until", "department_id" is "Department": for a field that the catalogue has no word for. */
export function plainLabel(field: string): string {
  const words = field
    .replace(/_?ids?$|Ids?$|Html$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase()
  return words ? words[0]?.toUpperCase() + words.slice(1) : field
}
