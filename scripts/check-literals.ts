// Finds words for people that no catalogue holds: in TSX, in errors and zod checks, in mails, notifications and tables of labels.
// A line with `not-words` in a comment, on it or above, is left alone: a file's name, a code, what a machine reads.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { literalsIn } from './find-literals'

const root = path.resolve(import.meta.dirname, '..')
// Made-up people and what they write; what only the operator sees on a terminal; the API's documents; protocols; SQL.
const spared =
  /^lib\/(testing|demo|cli|db|log|realtime\/server)\/|^lib\/(env|jobs\/embedded|wiring\/boot|wiring\/reference|realtime\/access)\.ts$|\/generated\/|\.(test|suite)\.tsx?$|\.d\.ts$/

const files = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root }).map((name) => name.split(path.sep).join('/'))
const found = files
  .filter((file) => !spared.test(file))
  .sort()
  .flatMap((file) => literalsIn(file, readFileSync(path.join(root, file), 'utf8')).map((literal) => ({ file, ...literal })))

for (const { file, line, text } of found) console.error(`${file}:${line} ${JSON.stringify(text.slice(0, 90))}`)
if (found.length > 0) {
  console.error(`${found.length} texts that are not in messages/en.json: docs/words.md says what to do.`)
  process.exit(1)
}
console.log(`no text outside messages/en.json in ${files.length} files`)
