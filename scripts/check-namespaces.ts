// A client component finds only those texts that the page or a layout around it hands down: `<Texts of={[…]}>`.
// Whatever else it asks for would show as a key; this says so before anybody sees it.
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const sources = new Map<string, string>()
const read = (file: string) => {
  const known = sources.get(file) ?? readFileSync(path.join(root, file), 'utf8')
  sources.set(file, known)
  return known
}

const isClient = (file: string) => /^\s*(\/\/.*\n|\/\*[\s\S]*?\*\/\s*)*['"]use client['"]/.test(read(file))

/** What a file loads of ours; types load nothing. */
function importsOf(file: string): string[] {
  const specifiers = [...read(file).matchAll(/^(?:import|export)\s+(?!type\b)[^'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, plain, lazy]) => (plain ?? lazy) as string,
  )
  return specifiers.flatMap((specifier) => {
    const base = specifier.startsWith('@/')
      ? specifier.slice(2)
      : specifier.startsWith('.')
        ? path.posix.join(path.posix.dirname(file), specifier)
        : null
    return [base, `${base}.ts`, `${base}.tsx`]
      .filter((name): name is string => base !== null && /\.tsx?$/.test(name as string) && existsSync(path.join(root, name as string)))
      .slice(0, 1)
  })
}

const catalogue: Record<string, object> = JSON.parse(read('messages/en.json'))
const isText = (name: string) => {
  const [top, part] = name.split('.') as [string, string?]
  return Object.hasOwn(catalogue, top) && (!part || Object.hasOwn(catalogue[top] as object, part))
}

/** `useTranslations('tickets.list')`, or whole keys: `const t = useTranslations()`, `t('tickets.list.empty')`. Two names deep. */
function namespacesIn(source: string): string[] {
  const made = [...source.matchAll(/(?:(\w+) = )?useTranslations\((?:'([\w.]+)')?\)/g)]
  return made.flatMap(([, t, namespace]) => {
    const [top, part] = namespace?.split('.') ?? []
    if (part) return [`${top}.${part}`]
    if (!t) return top ? [top] : []
    const keys = [...source.matchAll(new RegExp(`\\b${t}(?:\\.\\w+)?\\(\\s*(['\`])([\\w.]*)`, 'g'))].map(([, , key]) =>
      (key as string).split('.'),
    )
    if (!top) return keys.filter((key) => key.length > 1).map(([first, second]) => (second ? `${first}.${second}` : (first as string)))
    // What is handed on, or made up while it runs, may ask for anything there.
    const others = source.replaceAll(/useTranslations\([^)]*\)/g, '').match(new RegExp(`(?<![.'\\w])${t}(?=[,)}\\]])`, 'g'))
    return others || keys.length === 0 ? [top] : keys.map(([first]) => (first ? `${top}.${first}` : top))
  })
}

/** The namespaces that a file's client components ask for, with the component that does. */
function neededBy(file: string): Map<string, string> {
  const needed = new Map<string, string>()
  const seen = new Set<string>()
  const visit = (at: string, isInBrowser: boolean) => {
    const runsThere = isInBrowser || isClient(at)
    const key = `${runsThere} ${at}`
    if (seen.has(key) || at.startsWith('lib/')) return
    seen.add(key)
    if (runsThere) for (const namespace of namespacesIn(read(at)).filter(isText)) needed.set(namespace, at)
    for (const next of importsOf(at)) visit(next, runsThere)
  }
  visit(file, false)
  return needed
}

const handedDownBy = (file: string) =>
  [...read(file).matchAll(/<Texts\s+of=\{\[([^\]]*)\]\}/g)].flatMap(([, names]) =>
    [...(names as string).matchAll(/'([\w.]+)'/g)].map(([, name]) => name as string),
  )

function layoutsAround(file: string): string[] {
  const folders = path.posix.dirname(file).split('/')
  return folders
    .map((_, depth) => `${folders.slice(0, depth + 1).join('/')}/layout.tsx`)
    .filter((layout) => layout !== file && existsSync(path.join(root, layout)))
}

const problems = globSync('app/**/{page,layout,error,not-found,loading,template}.tsx', { cwd: root })
  .map((name) => name.split(path.sep).join('/'))
  .sort()
  .flatMap((file) => {
    const handedDown = new Set([file, ...layoutsAround(file)].flatMap(handedDownBy))
    return [...neededBy(file)]
      .filter(([namespace]) => !handedDown.has(namespace) && !handedDown.has(namespace.split('.')[0] as string))
      .map(
        ([namespace, component]) => `${file}: ${component} needs the texts of ${namespace}; no <Texts of={['${namespace}']}> is around it`,
      )
  })

for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log('client components get the texts that they ask for')
process.exit(problems.length > 0 ? 1 : 0)
