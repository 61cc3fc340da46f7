// npm run bench:kb [-- --questions --only paraphrase]: how good the search of the knowledge base is, plainly in memory and as the product does
// it on the embedded database.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { centres } from './centres'
import { type Answer, plainSearch } from './plain'
import { languageOf, type Question, qualityOf, questionsOf } from './quality'

const { values } = parseArgs({
  options: {
    questions: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    speed: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '200,10000,100000' },
    rates: { type: 'string', default: '1,30' },
    seconds: { type: 'string', default: '20' },
    embedded: { type: 'boolean', default: false },
  },
})
if (values.speed) {
  const { measureSpeed } = await import('./speed')
  const [sizes, rates] = [values.sizes, values.rates].map((list) => list.split(',').map(Number)) as [number[], number[]]
  await measureSpeed({ sizes, rates, seconds: Number(values.seconds), isEmbedded: values.embedded })
  process.exit(0)
}
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
for (const { name, articles, questions, more } of centres) {
  const sets = { [name]: questionsOf(questions), [`${name} 2`]: questionsOf(more) }
  const languages = [...new Set(articles.map(({ language }) => language))]
  const of = (language: string) => articles.filter((each) => each.language === language)
  const plain = new Map(languages.map((language) => [language, plainSearch(of(language), language)]))
  const tenant = await makeTenant(`quality-${name}`)
  const began = performance.now()
  await publishAll(tenant, articles)
  console.log(`${articles.length} articles indexed in ${Math.round(performance.now() - began)} ms`)
  const search = productSearch(tenant)
  for (const [set, all] of Object.entries(sets)) {
    let start = performance.now()
    const time = () => (performance.now() - start) / all.length
    note(`${set}, plain`, await qualityOf(all, (question) => plain.get(languageOf(question))?.(question.text) as Answer), time())
    start = performance.now()
    note(`${set}, product`, await qualityOf(all, (question) => search(question.text, languageOf(question)), tell), time())
  }
}
console.table(table)
await closeConnection()
process.exit(0)
