// npm run bench:kb [-- --questions --only paraphrase]: how good the search of the knowledge base is, plainly in memory and as the product does
// it on the embedded database.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { centres } from './centres'
import { type Answer, plainSearch } from './plain'
import { languageOf, type Question, qualityOf, questionsOf } from './quality'

const { values } = parseArgs({ options: { questions: { type: 'boolean', default: false }, only: { type: 'string', default: '' } } })
delete process.env.DATABASE_URL
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
await import('../../lib/wiring/wire')
const { bringUpToDate } = await import('../../lib/wiring/up-to-date')
const { makeTenant } = await import('../../lib/testing/factories')
const { closeConnection } = await import('../../lib/db/connection')
const { productSearch, publishAll } = await import('./product')
await bringUpToDate()

const tell = ({ kind, text, wanted }: Question, { found, confidence }: Answer, ndcg: number) => {
  if (!values.questions || (values.only && values.only !== kind)) return
  const first = found.slice(0, 4).map(({ slug }) => slug)
  console.log(kind, ndcg.toFixed(2), confidence.toFixed(2), text, '=>', wanted[0] ?? '', '|', first.join(' '))
}

const table: Record<string, Record<string, number>> = {}
const note = (name: string, quality: object, milliseconds: number) => {
  const rounded = Object.entries(quality).map(([part, value]) => [part, Number((value as number).toFixed(3))])
  table[name] = { ...Object.fromEntries(rounded), milliseconds: Number(milliseconds.toFixed(1)) }
}
for (const { name, articles, questions } of centres) {
  const all = questionsOf(questions)
  const languages = [...new Set(articles.map(({ language }) => language))]
  const of = (language: string) => articles.filter((each) => each.language === language)
  const plain = new Map(languages.map((language) => [language, plainSearch(of(language), language)]))
  let start = performance.now()
  note(
    `${name}, plain`,
    await qualityOf(all, (question) => plain.get(languageOf(question))?.(question.text) as Answer),
    (performance.now() - start) / all.length,
  )
  const tenant = await makeTenant(`quality-${name}`)
  start = performance.now()
  await publishAll(tenant, articles)
  console.log(`${articles.length} articles indexed in ${Math.round(performance.now() - start)} ms`)
  const search = productSearch(tenant)
  start = performance.now()
  note(
    `${name}, product`,
    await qualityOf(all, (question) => search(question.text, languageOf(question)), tell),
    (performance.now() - start) / all.length,
  )
}
console.table(table)
await closeConnection()
process.exit(0)
