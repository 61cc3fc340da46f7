// The import rules of docs/architecture.md, checked. A file may import what its folder may.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const roots = ['app', 'components', 'lib', 'trigger', 'server.ts', 'middleware.ts']
const routeLimit = 40

const files = roots.flatMap((entry) => (/\.tsx?$/.test(entry) ? [entry] : walk(entry))).filter((file) => !file.includes('/generated/'))
const problems: string[] = []
const edges = new Map<string, string[]>()

for (const file of files) {
  const text = readFileSync(path.join(root, file), 'utf8')
  if (/\/route\.ts$/.test(file) && text.split('\n').length > routeLimit)
    problems.push(`${file}: a route holds no logic; it has more than ${routeLimit} lines`)
  const targets: string[] = []
  for (const [statement, specifier] of importsOf(text)) {
    // Generated files are no part of the tree that is walked here.
    if (/db\/generated\//.test(specifier) && /\bPrismaClient\b/.test(statement) && !file.startsWith('lib/db/'))
      problems.push(`${file}: only lib/db makes database clients (${specifier})`)
    const target = resolve(file, specifier)
    if (!target) continue
    const isType = /^import type|^export type/.test(statement)
    if (!isType) targets.push(target)
    for (const problem of refusals(file, target, isType)) problems.push(`${file}: ${problem} (${specifier})`)
  }
  edges.set(file, targets)
}
for (const cycle of cycles(edges)) problems.push(`cycle: ${cycle.join(' -> ')}`)

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`${files.length} files keep the import rules`)

function refusals(from: string, to: string, isType: boolean): string[] {
  const found: string[] = []
  const isTest = /\.(test|suite)\.tsx?$/.test(from) || from.startsWith('lib/testing/')
  if (isTest) return found
  const area = (file: string) => file.split('/')[0] as string
  const domain = (file: string) => file.split('/')[1] as string
  if (to.startsWith('app/') && area(from) !== 'app') found.push('only routes import routes')
  if (to.startsWith('lib/cli/') && !from.startsWith('lib/cli/') && from !== 'server.ts') found.push('nothing imports the command line')
  if (to.startsWith('lib/testing/') || to.startsWith('e2e/')) found.push('only tests import test tools')
  if (area(from) === 'lib' && area(to) === 'components') found.push('the server does not import components')
  if (from.startsWith('components/ui/') && !/^(components\/ui|lib\/core)\//.test(to)) found.push('the design system knows no domain')
  if (area(from) === 'components' && area(to) === 'lib' && !isType && !mayReachBrowser(to))
    found.push('a component imports types, schemas, policies and the typed client')
  const consumers = ['mail', 'notifications', 'webhooks', 'realtime', 'automations', 'search', 'channels']
  if (from.startsWith('lib/tickets/') && to.startsWith('lib/') && consumers.includes(domain(to)))
    found.push('tickets do not know who listens')
  if (/^lib\/calendar\/|\/(workflow|clock)\.ts$/.test(from) && !isType && !/^lib\/(calendar|core)\/|schema\.ts$/.test(to))
    found.push('pure code does no I/O')
  return found
}

function mayReachBrowser(file: string) {
  return (
    file === 'lib/wiring/client.ts' ||
    /\/(schema|policy|permissions|workflow|cursor|field-rules)\.ts$/.test(file) ||
    file.startsWith('lib/core/')
  )
}

function* importsOf(text: string): Generator<[string, string]> {
  for (const match of text.matchAll(/^(?:import|export)\b[^'"\n]*(?:\n[^'"]*?)?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm))
    yield [match[0], (match[1] ?? match[2]) as string]
}

function resolve(from: string, specifier: string): string | null {
  const base = specifier.startsWith('@/') ? specifier.slice(2) : specifier.startsWith('.') ? path.join(path.dirname(from), specifier) : null
  if (!base) return null
  return [base, `${base}.ts`, `${base}.tsx`].map((name) => path.normalize(name)).find((name) => files.includes(name)) ?? null
}

/** Circles of modules that load each other; types do not count, for they load nothing. */
function cycles(graph: Map<string, string[]>): string[][] {
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

function walk(folder: string): string[] {
  const entries = (() => {
    try {
      return readdirSync(path.join(root, folder), { withFileTypes: true })
    } catch {
      return []
    }
  })()
  return entries.flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return walk(name)
    return /\.tsx?$/.test(entry.name) ? [name] : []
  })
}
