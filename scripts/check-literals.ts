// Finds what does not hold in another language: words for people that no catalogue holds, in TSX, in errors and zod checks, in mails,
// notifications and tables of labels; and classes for left and right, where the page may be read from right to left.
// A line with `not-words` in a comment, on it or above, is left alone: a file's name, a code, what a machine reads.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { physicalClassesIn } from './find-directions'
import { literalsIn } from './find-literals'

const root = path.resolve(import.meta.dirname, '..')
// Made-up people and what they write; what only the operator sees on a terminal; the API's documents; protocols; SQL.
const spared =
  /^lib\/(testing|demo|cli|db|log|realtime\/server)\/|^lib\/(env|jobs\/embedded|wiring\/(boot|up-to-date)|wiring\/reference|realtime\/access)\.ts$|\/generated\/|\.(test|suite)\.tsx?$|\.d\.ts$/

const files = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root }).map((name) => name.split(path.sep).join('/'))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const literals = files
  .filter((file) => !spared.test(file))
  .sort()
  .flatMap((file) => literalsIn(file, read(file)).map((literal) => ({ file, ...literal })))
const classes = files
  .filter((file) => /^(app|components)\//.test(file))
  .flatMap((file) => physicalClassesIn(read(file)).map((found) => ({ file, ...found })))

for (const { file, line, text } of [...literals, ...classes]) console.error(`${file}:${line} ${JSON.stringify(text.slice(0, 90))}`)
if (literals.length > 0) console.error(`${literals.length} texts that are not in messages/en.json: docs/words.md says what to do.`)
if (classes.length > 0)
  console.error(`${classes.length} classes for left or right: write ms-, pe-, start-, text-start, border-s, rounded-e.`)
if (literals.length + classes.length > 0) process.exit(1)
console.log(`no text outside messages/en.json, and no class for left or right, in ${files.length} files`)
