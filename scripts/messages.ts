// Everything that is made from messages/en.json: `npm run generate`, or with --check what CI wants to know.
//   en.json                          its keys put in order, so that a change shows as the lines that changed
//   en.d.json.ts                     the same as literal types, from which TypeScript knows each message's arguments
//   en-XA.json, ar-XB.json           languages for the eye: accented, longer, in brackets; the second runs from right to left
//   lib/text/generated/languages.ts  which languages there are, and how each is loaded
// A further language is a file beside en.json; --check says what is wrong with it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js'

interface Tree {
  [key: string]: string | Tree
}

const root = path.resolve(import.meta.dirname, '..')
// Another folder is for the test of what --check finds.
const folder = path.resolve(root, process.argv.slice(2).find((given) => !given.startsWith('--')) ?? 'messages')
const pseudoLanguages = ['en-XA', 'ar-XB']
const isCheck = process.argv.includes('--check')
const problems: string[] = []

const read = (name: string): Tree => JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
const written = (tree: Tree) => `${JSON.stringify(tree, null, 2)}\n`

const ordered = (tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, typeof value === 'string' ? value : ordered(value)]),
  )

const mapped = (tree: Tree, change: (message: string) => string): Tree =>
  Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, typeof value === 'string' ? change(value) : mapped(value, change)]))

const flat = (tree: Tree, at = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[at + key, value]] : flat(value, `${at}${key}.`),
  )

function* walk(elements: MessageFormatElement[]): Generator<MessageFormatElement> {
  for (const element of elements) {
    yield element
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const { value } of Object.values(element.options)) yield* walk(value)
    if (element.type === TYPE.tag) yield* walk(element.children)
  }
}

const argumentsOf = (message: string) =>
  [
    ...new Set(
      [...walk(parse(message))].flatMap((each) =>
        'value' in each && each.type !== TYPE.literal ? [`${TYPE[each.type]} ${each.value}`] : [],
      ),
    ),
  ]
    .sort()
    .join(', ')

const accented = 'áƀçðéƒĝĥíĵķļɱñóþǫŕšţúṽŵẋýž'
const accent = (letter: string) => {
  const found = [...accented][letter.toLowerCase().charCodeAt(0) - 97] as string
  return letter === letter.toLowerCase() ? found : found.toUpperCase()
}
/** Each word turned round by marks of direction, as Android's ar-XB does: it reads from right to left with letters that everybody knows. */
const turned = (text: string) => text.replace(/[^\s]+/g, (word) => `\u202e${word}\u202c`)

function pseudo(message: string, change: (text: string) => string): string {
  const ast = parse(message)
  const elements = [...walk(ast)]
  for (const element of elements) if (element.type === TYPE.literal) element.value = change(element.value.replace(/[a-z]/gi, accent))
  // Of what is said and not of how it is written: arguments are as long as ever.
  const length = elements.reduce((sum, element) => sum + (element.type === TYPE.literal ? element.value.length : 0), 0)
  const more = Array.from({ length: Math.ceil((length * 0.4) / 5) }, () => '~~~~').join(' ')
  return `[${printAST(ast)} ${more}]`
}

for (const [key, message] of flat(read('en.json'))) {
  try {
    argumentsOf(message)
  } catch (error) {
    problems.push(`en.json: ${key} is not a message: ${(error as Error).message}`)
  }
}

function checkLanguage(name: string, english: Map<string, string>) {
  const own = flat(read(name))
  const forms = new Intl.PluralRules(name.slice(0, -'.json'.length)).resolvedOptions().pluralCategories
  for (const [key, message] of own) {
    const source = english.get(key)
    if (source === undefined) problems.push(`${name}: ${key} is not in en.json`)
    else if (argumentsOf(source) !== argumentsOf(message))
      problems.push(`${name}: ${key} takes ${argumentsOf(message) || 'nothing'}, English ${argumentsOf(source) || 'nothing'}`)
    for (const element of walk(parse(message)))
      if (element.type === TYPE.plural && element.pluralType === 'cardinal')
        for (const form of forms) if (!element.options[form]) problems.push(`${name}: ${key} has no "${form}" form`)
  }
  console.log(`${name}: ${own.length} of ${english.size} texts`)
}

if (problems.length === 0) {
  const en = ordered(read('en.json'))
  const names = readdirSync(folder).filter((file) => /^[a-z]{2,3}(-[A-Z]{2})?\.json$/.test(file))
  const languages = names.map((name) => name.slice(0, -'.json'.length)).filter((name) => !pseudoLanguages.includes(name))
  if (isCheck) {
    if (readFileSync(path.join(folder, 'en.json'), 'utf8') !== written(en))
      problems.push('en.json: keys are out of order; `npm run generate` sorts them')
    for (const language of languages) if (language !== 'en') checkLanguage(`${language}.json`, new Map(flat(en)))
    console.log(`en.json: ${flat(en).length} texts`)
  } else {
    const loader = (language: string) => `  '${language}': async () => (await import('../../../messages/${language}.json')).default,\n`
    write('messages/en.json', written(en))
    write('messages/en.d.json.ts', `declare const messages: ${JSON.stringify(en, null, 2)}\nexport default messages\n`)
    write('messages/en-XA.json', written(mapped(en, (message) => pseudo(message, (text) => text))))
    write('messages/ar-XB.json', written(mapped(en, (message) => pseudo(message, turned))))
    write(
      'lib/text/generated/languages.ts',
      `export const languages = ${JSON.stringify(languages)} as const\n` +
        `export const pseudoLanguages = ${JSON.stringify(pseudoLanguages)} as const\n` +
        'export type Language = (typeof languages)[number] | (typeof pseudoLanguages)[number]\n' +
        `export const loaders: Record<Language, () => Promise<unknown>> = {\n${[...languages, ...pseudoLanguages].map(loader).join('')}}\n`,
    )
  }
}

/** What did not change is left alone: a watching server would build anew. */
function write(name: string, text: string) {
  const file = path.join(root, name)
  mkdirSync(path.dirname(file), { recursive: true })
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
}

for (const problem of problems) console.error(problem)
process.exit(problems.length > 0 ? 1 : 0)
