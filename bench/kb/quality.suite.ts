import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../lib/tenancy/resolve'
import { makeTenant } from '../../lib/testing/factories'
import { answerQuality } from '../ai/quality'
import { centres } from './centres'
import { type Answer, plainSearch } from './plain'
import { productSearch, publishAll } from './product'
import { languageOf, type Quality, type Question, qualityOf, questionsOf } from './quality'

const [demo] = centres as [(typeof centres)[number]]
/** Every third, of each kind. */
const questions = questionsOf(demo.questions).filter((_, n) => n % 3 === 0)
/** How well the product finds what a third of the questions ask for, beside the same search written plainly. */
export const describeQuality = () =>
  describe('a help centre of 80 articles', () => {
    let tenant: ResolvedTenant
    let product: Quality
    let plain: Quality

    beforeAll(async () => {
      tenant = await makeTenant('quality')
      await publishAll(tenant, demo.articles)
      const search = productSearch(tenant)
      product = await qualityOf(questions, ({ text, ...question }) => search(text, languageOf({ text, ...question })))
      const of = (language: string) =>
        plainSearch(
          demo.articles.filter((each) => each.language === language),
          language,
        )
      const searches = new Map(['en', 'de', 'ar'].map((language) => [language, of(language)]))
      plain = await qualityOf(questions, (question: Question) => searches.get(languageOf(question))?.(question.text) as Answer)
    })

    it('the articles asked for are found, and nothing where there is nothing', () => {
      expect(product.ndcg).toBeGreaterThan(0.8)
      expect(product.misspelled).toBeGreaterThan(0.94)
      expect(product.first).toBeGreaterThan(0.68)
      expect(product.language).toBeGreaterThan(0.8)
      expect(product.unrelated).toBe(0)
    })

    it('a passage that is shown as the answer is nearly always of the article asked for', () => {
      expect(product.answersShown).toBeGreaterThan(8)
      expect(product.answered).toBeGreaterThan(0.9)
    })

    it('a chat answers with the right article what is asked in other words, and refuses what no article answers', async () => {
      const { right, wrong, refused } = await answerQuality(tenant)
      expect(right).toBeGreaterThanOrEqual(0.5)
      expect(wrong).toBeLessThan(0.2)
      expect(refused).toBeGreaterThan(0.85)
    })

    it('the statement lists what the same search lists that is written plainly', () => {
      for (const part of ['ndcg', 'first', 'language', 'answered'] as const)
        expect(product[part], part).toBeGreaterThanOrEqual(plain[part] - 1e-9)
    })
  })
