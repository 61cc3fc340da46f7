// The import rules of docs/architecture.md, checked: who may import whom, no circles, names from a closed vocabulary.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/**
 * The floors of lib, from the top. Within a line, left stands above right: together they are one total order. A folder
 * imports, values and types alike, only what stands after it.
 */
const floors = `
  cli demo
  wiring
  platform reports privacy audit webhooks notifications correspondence search
  channels/chat channels/email
  copilot
  automations approvals tasks assets sla kb/import kb/readers kb/search kb/articles
  tickets/canned tickets/actions tickets/views tickets/links tickets/conversation tickets/ticket tickets/fields
  directory accounts contacts workspace
  deletion
  procedure access
  mail files realtime models events jobs
  actor tenancy
  db net log secrets env text calendar core`
  .trim()
  .split(/\s+/)

/** The same for components. */
const componentFloors =
  'platform palette settings sla kb tickets help-centre contacts fields files notifications people realtime charts ui'.split(' ')

/** Folders that hold the machinery beneath the domains and the wiring above them: their files are named after what they do. */
const machinery = new Set(
  'cli demo wiring procedure access mail files realtime models events jobs actor tenancy db net log text calendar core'.split(' '),
)

/** File names of a domain with one meaning everywhere; any other name is a term of docs/glossary.md. */
const vocabulary = new Set(
  [
    'schema',
    'values',
    'policy',
    'commands',
    'queries',
    'events',
    'subscribers',
    'followers',
    'jobs',
    'mails',
    'actions',
    'attributes',
  ].concat(['personal-data', 'permissions', 'main', 'mailgun', 'resend']),
)

/** What runs in a browser as well. */
const runsInBrowser =
  /\/(schema|values|policy|permissions|workflow|attribute|attributes|attribute-names|action-kinds|field-rules|event-types|optimistic-change|article-address|video)\.ts$|^lib\/(core|calendar|text)\/|^lib\/wiring\/client\.ts$/

/** Time and rows come in as arguments. */
const isPure = /^lib\/calendar\/|^lib\/.*\/(workflow|clock|threading|classify|bounce|severity|auto-reply)\.ts$/

const routeLimit = 40

const sources = [
  'app',
  'components',
  'lib',
  'trigger',
  'scripts',
  'bench',
  'e2e',
  'server.ts',
  'worker.ts',
  'middleware.ts',
  'next.config.ts',
]
const files = new Set(sources.flatMap((entry) => (/\.ts$/.test(entry) ? [entry] : walk(entry))))
const glossary = glossaryTerms()
const problems: string[] = []
const edges = new Map<string, string[]>()
/** What each loads when it runs: files, and packages by their names. */
const loads = new Map<string, string[]>()

for (const file of files) {
  const text = readFileSync(path.join(root, file), 'utf8')
  problems.push(...misnamed(file), ...overlong(file, text), ...writesTickets(file, text), ...buffersEvents(file, text))
  const targets: string[] = []
  for (const specifier of importsOf(text)) {
    // Generated files are not walked.
    if (/db\/generated\//.test(specifier) && /\bPrismaClient\b/.test(text) && !file.startsWith('lib/db/') && !isTest(file))
      problems.push(`${file}: only lib/db creates database clients (${specifier})`)
    const target = resolve(file, specifier)
    if (!target) continue
    if (!isTest(file)) targets.push(target)
    const refusal = refusalOf(file, target)
    if (refusal) problems.push(`${file}: ${refusal} (${specifier})`)
  }
  edges.set(file, targets)
  loads.set(
    file,
    [...loadsOf(text)].map((specifier) => resolve(file, specifier) ?? specifier),
  )
}
for (const file of files) {
  const way = file.startsWith('components/') && !isTest(file) ? wayTo('zod', file) : null
  if (way) problems.push(`${way.join(' -> ')}: browsers check nothing; what they need of a schema belongs into values.ts beside it`)
}
for (const circle of circles(edges)) problems.push(`circle: ${circle.join(' -> ')}`)

if (problems.length > 0) {
  console.error(problems.join('\n'))
  console.error(`${problems.length} problems`)
  process.exit(1)
}
console.log(`${files.size} files keep the import rules`)

/** Why the one file may not import the other; null when it may. */
function refusalOf(from: string, to: string): string | null {
  if (from.startsWith('lib/testing/')) return null
  if (isTest(from)) return null
  if (to.startsWith('lib/testing/')) return 'only tests import test tools'
  if (isTest(to) && !from.startsWith('scripts/')) return 'nothing imports a test'
  if (to.startsWith('app/') && !from.startsWith('app/')) return 'only routes import routes'
  if (from.startsWith('lib/')) return refusalInLib(from, to)
  if (from.startsWith('components/')) return refusalInComponents(from, to)
  if (from === 'middleware.ts')
    return /^lib\/(tenancy\/(host|incoming)|kb\/articles\/video)\.ts$/.test(to)
      ? null
      : 'the middleware does no I/O and imports tenancy/host, tenancy/incoming and the list of videos alone'
  return null
}

function refusalInLib(from: string, to: string): string | null {
  if (!to.startsWith('lib/')) return 'lib imports lib alone'
  const [below, above] = [floorOf(to), floorOf(from)]
  if (below < 0 || above < 0) return 'a folder of lib that is not in the list of floors'
  if (below < above) return `${floors[above]} stands below ${floors[below]}`
  if (isPure.test(from) && !isPure.test(to) && !/^lib\/core\/|\/schema\.ts$/.test(to)) return 'pure code does no I/O'
  return null
}

function refusalInComponents(from: string, to: string): string | null {
  if (to.startsWith('lib/')) {
    if (from.startsWith('components/ui/') && !/^lib\/(core|text)\//.test(to)) return 'the design system knows no domain'
    return runsInBrowser.test(to) ? null : 'a component imports what runs in a browser'
  }
  if (!to.startsWith('components/')) return 'a component imports components and lib'
  const [below, above] = [to, from].map((file) => componentFloors.indexOf(file.split('/')[1] as string)) as [number, number]
  if (below < 0 || above < 0) return 'a folder of components that is not in their order'
  return below < above ? `${componentFloors[above]} stands below ${componentFloors[below]}` : null
}

/** The place of a file's folder in the order; a file that lies in lib itself is a folder of its own. */
function floorOf(file: string): number {
  const [, first = '', second = ''] = file.split('/')
  const nested = floors.indexOf(`${first}/${second}`)
  return nested >= 0 ? nested : floors.indexOf(first.replace(/\.ts$/, ''))
}

function misnamed(file: string): string[] {
  const [area, folder = '', ...rest] = file.split('/')
  if (area !== 'lib' || rest.length === 0 || folder === 'testing' || machinery.has(folder) || isTest(file)) return []
  const name = path.basename(file, '.ts')
  // The folder of a command that grew: commands/<verb>.ts
  if (/\/commands\//.test(file)) return []
  if (vocabulary.has(name) || glossary.has(name) || glossary.has(singular(name))) return []
  return [`${file}: "${name}" is neither a name of the vocabulary nor a term of docs/glossary.md`]
}

function overlong(file: string, text: string): string[] {
  const isLong = /\/route\.ts$/.test(file) && text.split('\n').length > routeLimit
  return isLong ? [`${file}: a route holds no logic; it has more than ${routeLimit} lines`] : []
}

/** Rows of tickets are written by lib/tickets alone; others emit an event that its follower acts upon. */
function writesTickets(file: string, text: string): string[] {
  if (!file.startsWith('lib/') || /^lib\/(tickets|testing|demo)\//.test(file) || isTest(file)) return []
  const models = 'ticket|ticketMessage|ticketTag|ticketLink|ticketMerge|watcher|messageEdit|messageLike|draft|bulkAction|bulkItem'
  const tables = models.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const isWrite =
    new RegExp(`\\.(${models})\\.(create|update|upsert|delete)`).test(text) ||
    new RegExp(`\\b(UPDATE|INSERT INTO|DELETE FROM) (${tables})\\b`).test(text)
  return isWrite ? [`${file}: only lib/tickets writes rows of tickets`] : []
}

/** What is emitted is only stored when the buffer is written, so a unit of work that emits is opened in few places. */
function buffersEvents(file: string, text: string): string[] {
  if (/^lib\/(events|demo|testing)\/|^lib\/procedure\/builders\.ts$/.test(file) || !file.startsWith('lib/') || isTest(file)) return []
  return /\beventBuffer\b/.test(text) ? [`${file}: opens a unit of work by itself; asSystem and workAs do`] : []
}

function isTest(file: string): boolean {
  return /\.(test|suite)\.tsx?$/.test(file) || /^(e2e|bench)\//.test(file)
}

/** Whatever is loaded or named: static, side effect, dynamic and `typeof import(...)`. */
function* importsOf(text: string): Generator<string> {
  for (const match of text.matchAll(/^(?:import|export)\b[^'"\n]*(?:\n[^'"]*?)?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm))
    yield (match[1] ?? match[2]) as string
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) yield match[1] as string
}

/** What is there when the file runs: no types, and nothing that is loaded later. */
function* loadsOf(text: string): Generator<string> {
  for (const [, isType, names = '', from] of text.matchAll(/^(?:import|export)\s+(type\s)?([^'"]*?)\bfrom\s+['"]([^'"]+)['"]/gm)) {
    const listed = /^\{([^}]*)\}\s*$/.exec(names)?.[1]?.split(',')
    const isOnlyTypes = listed?.every((name) => /^\s*(type\s|$)/.test(name))
    if (!isType && !isOnlyTypes) yield from as string
  }
  for (const [, from] of text.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) yield from as string
}

/** How a file comes to load another, or a package; null if it doesn't. */
function wayTo(wanted: string, from: string, seen = new Set<string>()): string[] | null {
  if (from === wanted) return [from]
  if (seen.has(from)) return null
  seen.add(from)
  for (const next of loads.get(from) ?? []) {
    const way = wayTo(wanted, next, seen)
    if (way) return [from, ...way]
  }
  return null
}

function resolve(from: string, specifier: string): string | null {
  const base = specifier.startsWith('@/') ? specifier.slice(2) : specifier.startsWith('.') ? path.join(path.dirname(from), specifier) : null
  if (!base) return null
  return [base, `${base}.ts`, `${base}.tsx`].map((name) => path.normalize(name)).find((name) => files.has(name)) ?? null
}

/** Circles of files, types included. */
function circles(graph: Map<string, string[]>): string[][] {
  const state = new Map<string, 'open' | 'done'>()
  const found: string[][] = []
  const visit = (file: string, trail: string[]) => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.push([...trail.slice(trail.indexOf(file)), file])
      return
    }
    state.set(file, 'open')
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file, [])
  return found
}

function singular(name: string): string {
  return name
    .replace(/ies$/, 'y')
    .replace(/people$/, 'person')
    .replace(/s$/, '')
}

/** The terms of the glossary's tables as file names: "business hours" is business-hours. */
function glossaryTerms(): Set<string> {
  const text = readFileSync(path.join(root, 'docs/glossary.md'), 'utf8')
  const cells = [...text.matchAll(/^\|([^|]+)\|/gm)].flatMap((match) => (match[1] as string).split(','))
  return new Set(cells.map((term) => term.trim().toLowerCase().replace(/\s+/g, '-')))
}

function walk(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : walk(name)
    return /\.tsx?$/.test(entry.name) ? [name] : []
  })
}
