/** Of what was found for words typed before, that which has the words typed now: the rest of it is no answer any more. */
export function stillFound<T extends { title: string }>(found: readonly T[], typed: string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 ? [] : found.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
}
