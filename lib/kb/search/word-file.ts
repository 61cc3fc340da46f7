import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A file of `lib/kb/search/words`, made by `scripts/search-words.ts`. It is read when it is first asked for, and stays as bytes. */
export const wordFile = (name: string): Buffer =>
  readFileSync(path.resolve(/* turbopackIgnore: true */ process.cwd(), 'lib/kb/search/words', name))
