import { gunzipSync } from 'node:zlib'
import { baseLanguage } from './stemming'
import { wordFile } from './word-file'

/** Lines in order: a stem, and those that mean nearly the same, each after a letter that says how nearly. */
let lines: Buffer | undefined

const newLine = 10
const space = 32

/**
 * The stems of words that mean nearly the same as those with this stem, and how nearly, from .1 to .8. Of English alone: no other language
 * has a list as good that may be passed on.
 */
export function relatedWordsOf(stem: string, language: string): { term: string; weight: number }[] {
  if (baseLanguage(language) !== 'en') return []
  lines ??= gunzipSync(wordFile('related-words.gz'))
  const line = lineOf(lines, Buffer.from(`${stem} `))
  return line.map((each) => ({ term: each.slice(1), weight: (each.charCodeAt(0) - 40) / 80 }))
}

/** By halves: as a map the words would take ten times the 2 MB. */
function lineOf(all: Buffer, wanted: Buffer): string[] {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const start = all.lastIndexOf(newLine, middle - 1) + 1
    const end = all.indexOf(newLine, middle)
    const order = all.compare(wanted, 0, wanted.length, start, Math.min(start + wanted.length, all.indexOf(space, start) + 1))
    if (order === 0) return all.toString('latin1', start + wanted.length, end).split(' ')
    if (order < 0) low = end + 1
    else high = start
  }
  return []
}
