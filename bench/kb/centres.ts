import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Article } from './plain'

/** A help centre to measure with: its articles are named by their files in each language. */
export interface Centre {
  name: string
  questions: string
  /** Of which nobody looks at the answers: what is tuned by the others must hold for these. */
  more: string
  articles: Article[]
}

const root = path.resolve(import.meta.dirname, '../..')

/** The demo's, and one that was written for measuring alone. */
export const centres: Centre[] = [
  { name: 'demo', questions: 'demo-questions.txt', more: 'demo-more-questions.txt', articles: articlesIn('lib/demo/kb') },
  { name: 'shop', questions: 'shop-questions.txt', more: 'shop-more-questions.txt', articles: articlesIn('bench/kb/shop') },
]

function articlesIn(folder: string): Article[] {
  return readdirSync(path.join(root, folder)).flatMap((language) =>
    readdirSync(path.join(root, folder, language))
      .filter((name) => name.endsWith('.md'))
      .map((name) => {
        const [, head = '', ...rest] = readFileSync(path.join(root, folder, language, name), 'utf8').split(/^---\n/m)
        const line = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(head)?.[1] ?? ''
        const keywords = line('tags')
          .replace(/[[\],]+/g, '\n')
          .trim()
        return {
          slug: name.replace(/\.md$/, ''),
          language,
          title: line('title'),
          text: rest.join('---\n').trim(),
          keywords,
          excerpt: line('excerpt'),
        }
      }),
  )
}
