import { wordsIn } from './tokens'

/** From which character until before which. */
export type Range = [from: number, to: number]

/** Where in a text the words stand that were found, in order and apart. */
export function highlightsOf(text: string, terms: ReadonlySet<string>, language: string): Range[] {
  const ranges: Range[] = []
  for (const { term, from, to } of wordsIn(text, language)) {
    if (!terms.has(term)) continue
    const last = ranges.at(-1)
    // What is taken in pairs of characters overlaps.
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else ranges.push([from, to])
  }
  return ranges
}
