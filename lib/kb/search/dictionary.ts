import { createHash } from 'node:crypto'

/**
 * Words as a Bloom filter: it knows every word that was put in, and takes one in a hundred others for known. 140,000 words of English
 * are 170 KB, where a dictionary with the words themselves takes 40 MB.
 */
export interface Dictionary {
  bits: Buffer
  hashes: number
}

const bitsPerWord = 9.6
const hashes = 7

export function dictionaryOf(words: Iterable<string>): Dictionary {
  const all = new Set(words)
  const bits = Buffer.alloc(Math.ceil((all.size * bitsPerWord) / 8) + 1)
  const dictionary = { bits, hashes }
  for (const word of all)
    for (const place of placesOf(word, dictionary)) bits[place >> 3] = (bits[place >> 3] as number) | (1 << (place & 7))
  return dictionary
}

export const isInDictionary = (word: string, dictionary: Dictionary): boolean =>
  placesOf(word, dictionary).every((place) => ((dictionary.bits[place >> 3] as number) & (1 << (place & 7))) !== 0)

/** Two hashes make all of them (Kirsch and Mitzenmacher). */
function placesOf(word: string, { bits, hashes }: Dictionary): number[] {
  const digest = createHash('sha256').update(word).digest()
  const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(4)]
  return Array.from({ length: hashes }, (_, n) => (first + n * second) % (bits.length * 8))
}
