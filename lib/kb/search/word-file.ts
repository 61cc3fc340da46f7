import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const inProject = 'lib/kb/search/words'
let folder: string | undefined

/** A file of `lib/kb/search/words`, made by `scripts/search-words.ts`. It is read when it is first asked for, and stays as bytes. */
export function wordFile(name: string): Buffer {
  folder ??= wordFolder(process.argv[1] ?? '', process.cwd())
  return readFileSync(path.join(folder, name))
}

/** The words stand beside the program, bundled or not, wherever it is started from. */
export function wordFolder(script: string, startedIn: string): string {
  for (let above = path.resolve(/* turbopackIgnore: true */ script); path.dirname(above) !== above; above = path.dirname(above)) {
    const here = path.join(/* turbopackIgnore: true */ above, inProject)
    if (existsSync(here)) return here
  }
  return path.resolve(/* turbopackIgnore: true */ startedIn, inProject)
}
