import { diffArrays } from 'diff'

export interface Part {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** Words and lines that may differ: beyond that the work grows with their square, and nobody reads the result. */
const mostWords = 500
const mostLines = 300

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
/** Words in any script, and what stands between them. */
const wordsOf = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment)
const linesOf = (text: string) => text.split(/(?<=\n)/)

/**
 * What of a text is another in the next: word by word, line by line where much differs, as a whole where all does. What is the same
 * and removed makes up the first text, what is the same and added the second.
 */
export function compareTexts(before: string, after: string): Part[] {
  if (before === after) return before ? [{ kind: 'same', text: before }] : []
  const parts =
    diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: mostWords }) ??
    diffArrays(linesOf(before), linesOf(after), { maxEditLength: mostLines })
  if (parts)
    return parts.map(({ added, removed, value }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value.join('') }))
  const whole: Part[] = [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]
  return whole.filter(({ text }) => text)
}
