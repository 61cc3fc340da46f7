// Finds words for people that no catalogue holds: in TSX, in errors and zod checks, in mails, notifications and tables of labels.
//   npm run check:literals                    fails where a folder has more of them than scripts/literals.json allows
//   npm run check:literals -- lib/sla app/t   shows them, below these paths
//   npm run check:literals -- --update        writes down what is left; the sum never grows
// A line with `not-words` in a comment, on it or above, is left alone: a file's name, a code, what a machine reads.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { literalsIn } from './find-literals'

const root = path.resolve(import.meta.dirname, '..')
const allowanceFile = path.join(root, 'scripts', 'literals.json')
// Made-up people and what they write; what only the operator sees on a terminal; the API's documents; protocols; SQL.
const spared =
  /^lib\/(testing|demo|cli|db|log|realtime\/server)\/|^lib\/(env|jobs\/embedded|wiring\/boot|wiring\/reference|realtime\/access)\.ts$|\/generated\/|\.(test|suite)\.tsx?$|\.d\.ts$/

const files = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root }).map((name) => name.split(path.sep).join('/'))
const found = files
  .filter((file) => !spared.test(file))
  .sort()
  .flatMap((file) => literalsIn(file, readFileSync(path.join(root, file), 'utf8')).map((literal) => ({ file, ...literal })))

/** components/sla, lib/tickets/views, app/t/[host]/settings: what one person can have in hand. */
function folderOf(file: string) {
  const parts = path.posix.dirname(file).split('/')
  return parts.slice(0, parts[0] === 'app' ? 4 : parts[1] === 'tickets' || parts[1] === 'channels' ? 3 : 2).join('/')
}

const counts: Record<string, number> = {}
for (const { file } of found) counts[folderOf(file)] = (counts[folderOf(file)] ?? 0) + 1
// Git merges the file by keeping the lines of both sides (.gitattributes): of two numbers the smaller holds.
const allowed: Record<string, number> = {}
for (const [, folder, count] of readFileSync(allowanceFile, 'utf8').matchAll(/"(.+)": (\d+)/g))
  if (folder) allowed[folder] = Math.min(allowed[folder] ?? Number.POSITIVE_INFINITY, Number(count))
const sum = (each: Record<string, number>) => Object.values(each).reduce((total, n) => total + n, 0)

const paths = process.argv.slice(2).filter((given) => !given.startsWith('--'))
if (paths.length > 0) {
  const shown = found.filter(({ file }) => paths.some((at) => file === at || file.startsWith(`${at.replace(/\/$/, '')}/`)))
  for (const { file, line, text } of shown) console.log(`${file}:${line} ${JSON.stringify(text.slice(0, 90))}`)
  console.log(`${shown.length} texts that are not in messages/en.json`)
  process.exit(0)
}
if (process.argv.includes('--update')) {
  if (sum(counts) > sum(allowed))
    fail(`There are ${sum(counts)} texts outside messages/en.json, and ${sum(allowed)} were allowed: the sum never grows.`)
  // The last line never changes, so that all others end with a comma, however they are merged.
  const ordered = { ...Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))), end: 0 }
  writeFileSync(allowanceFile, `${JSON.stringify(ordered, null, 2)}\n`)
} else {
  const over = Object.entries(counts).filter(([folder, count]) => count > (allowed[folder] ?? 0))
  for (const [folder, count] of over) console.error(`${folder}: ${count} texts outside messages/en.json, ${allowed[folder] ?? 0} allowed`)
  if (over.length > 0) fail('`npm run check:literals -- FOLDER` shows them, docs/words.md says what to do. Moved files: `-- --update`.')
}
console.log(`${sum(counts)} texts left outside messages/en.json`)

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
