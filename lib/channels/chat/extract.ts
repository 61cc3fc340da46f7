import { cut } from '../../core/text'

export interface Extract {
  text: string
  /** Whether the passage says more. */
  isCut: boolean
}

/** Splitting sentences by language makes no difference where it is marks that end them. */
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/**
 * The sentences in a row of a passage that say most of what was asked for and fit into `length`, from one on that says some of it; of equals
 * the first. A lone sentence that is longer is cut.
 * @param highlights where in it the words stand that were asked for
 */
export function extractOf(text: string, highlights: readonly (readonly [number, number])[], length: number): Extract {
  if (text.length <= length) return { text, isCut: false }
  const sentences = [...segmenter.segment(text)].map(({ index, segment }) => ({ from: index, to: index + segment.trimEnd().length }))
  const words = highlights.map(([from, to]) => ({ from, word: text.slice(from, to).toLowerCase() }))
  const saidIn = (from: number, to: number) =>
    new Set(words.filter((each) => each.from >= from && each.from < to).map(({ word }) => word)).size
  let best = { from: 0, to: cut(text, length - 1).length, said: -1 }
  for (const [n, { from, to: end }] of sentences.entries()) {
    if (words.length > 0 && saidIn(from, end) === 0) continue
    // As many as fit, since a sentence alone rarely answers.
    const last = sentences.slice(n).findLast(({ to }) => to - from <= length)
    const to = last?.to ?? from + cut(text.slice(from), length - 1).length
    const said = saidIn(from, to)
    if (said > best.said) best = { from, to, said }
  }
  const isWhole = sentences.some(({ to }) => to === best.to)
  return { text: text.slice(best.from, best.to) + (isWhole ? '' : '…'), isCut: true }
}
