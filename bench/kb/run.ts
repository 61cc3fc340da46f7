// npm run bench:kb: how good the search of the knowledge base is, plainly in memory and as the product does it.
import { centres } from './centres'
import { plainSearch } from './plain'
import { languageOf, qualityOf, questionsOf } from './quality'

const isTold = process.argv.includes('--questions')
const only = process.argv.find((argument) => /^--only=/.test(argument))?.slice(7)

const table: Record<string, Record<string, number>> = {}
for (const { name, articles, questions } of centres) {
  const plain = new Map(
    ['en', 'de', 'ar'].map((language) => [
      language,
      plainSearch(
        articles.filter((each) => each.language === language),
        language,
      ),
    ]),
  )
  const quality = await qualityOf(
    questionsOf(questions),
    (question) => (plain.get(languageOf(question)) as ReturnType<typeof plainSearch>)(question.text),
    ({ kind, text, wanted }, { found, confidence }, ndcg) => {
      if (isTold && (!only || only === kind))
        console.log(
          kind,
          ndcg.toFixed(2),
          confidence.toFixed(2),
          text,
          '=>',
          wanted[0] ?? '',
          '|',
          found
            .slice(0, 4)
            .map((f) => f.slug)
            .join(' '),
        )
    },
  )
  table[`${name}, plain`] = Object.fromEntries(Object.entries(quality).map(([part, value]) => [part, Number(value.toFixed(3))]))
}
console.table(table)
