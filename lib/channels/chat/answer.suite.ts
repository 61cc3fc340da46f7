import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'

interface Answered {
  intent: string
  confidence: number
  answer: { text: string; isCut: boolean; isExtract: true; source: { title: string; address: string; anchor: string } } | null
  suggestedArticles: { title: string }[]
}

export function describeAnswers() {
  describe('a chat', () => {
    let tenant: ResolvedTenant
    let owner: TestPerson
    let customer: TestPerson

    const done = async <T>(answer: Promise<Response>): Promise<T> => {
      const response = await answer
      expect(response.status, await response.clone().text()).toBeLessThan(300)
      return (await response.json()) as T
    }
    const publish = async (categoryId: string, article: { title: string; content: string; audience?: string }) => {
      const made = await done<{ id: string; version: number }>(
        owner.request('POST', '/kb/articles', { categoryId, locale: 'en', ...article }),
      )
      return done<{ id: string; version: number }>(owner.request('POST', `/kb/articles/${made.id}/publish`, { version: made.version }))
    }
    const say = (message: string, more: object = {}, who: TestPerson | null = null) =>
      done<Answered>(
        who
          ? who.request('POST', '/chatbot/answers', { message, ...more })
          : send(tenant, 'POST', '/chatbot/answers', { message, ...more }),
      )
    const gift = 'A gift card is good for three years.'

    beforeAll(async () => {
      tenant = await makeTenant('chat')
      owner = await makePerson(tenant, 'owner')
      customer = await makePerson(tenant, 'customer')
      const { id } = await done<{ id: string }>(owner.request('POST', '/kb/categories', { name: 'Help' }))
      const filler = 'The people at the counter are glad to help with this whenever they are there. '.repeat(4)
      await publish(id, {
        title: 'Gift cards',
        content: `<p>${gift}</p><h2>Check the balance</h2><p>${filler}The balance of a gift card is shown below its code.</p>`,
      })
      await publish(id, { title: 'Store hours', content: '<p>The stores are open from nine to six.</p>' })
      await publish(id, { title: 'Repair a tent', content: '<p>Holes are patched, poles are replaced.</p>' })
      await publish(id, { title: 'Zanzibar credits', content: '<p>Zanzibar credits are given by moderators.</p>', audience: 'agents' })
      await publish(id, { title: 'Wholesale quotas', content: '<p>Wholesale quotas are forty crates.</p>', audience: 'customers' })
    })

    it('answers with the words of an article, and says which', async () => {
      const { intent, answer } = await say('For how long is a gift card good?')
      expect(intent).toBe('search_kb')
      expect(answer).toMatchObject({ text: gift, isCut: false, isExtract: true, source: { title: 'Gift cards' } })
      expect(answer?.source.address).toMatch(/^https?:\/\/chat\.[^/]+\/kb\/en\/gift-cards$/)
    })

    it('says of a long passage what was asked for, and leads to where it stands', async () => {
      const { answer } = await say('Where is the balance of a gift card shown?', { maxCharacters: 100 })
      expect(answer).toMatchObject({
        text: 'The balance of a gift card is shown below its code.',
        isCut: true,
        source: { anchor: 's-check-the-balance' },
      })
      expect(answer?.source.address).toMatch(/#s-check-the-balance$/)
    })

    it('refuses what no article answers, and looks for nothing where nothing is asked', async () => {
      for (const message of [
        'Who is the president of France?',
        'Hello!',
        'I want to talk to a person about gift cards',
        'open a ticket about gift cards',
      ])
        expect(await say(message), message).toMatchObject({ answer: null, suggestedArticles: [] })
    })

    it('knows no more than its visitor may read', async () => {
      const titleFor = async (who: TestPerson | null, message: string) => (await say(message, {}, who)).answer?.source.title ?? null
      expect(await titleFor(owner, 'Who gives zanzibar credits?')).toBe('Zanzibar credits')
      expect(await titleFor(customer, 'How many crates are wholesale quotas?')).toBe('Wholesale quotas')
      for (const who of [null, customer]) expect(await titleFor(who, 'Who gives zanzibar credits?')).toBe(null)
      expect(await titleFor(null, 'How many crates are wholesale quotas?')).toBe(null)
    })

    it('answers nothing from other workspaces', async () => {
      const other = await makeTenant('chat-elsewhere')
      const { answer } = await done<Answered>(send(other, 'POST', '/chatbot/answers', { message: 'For how long is a gift card good?' }))
      expect(answer).toBe(null)
    })

    it('takes no message that is empty or longer than one', async () => {
      const statusOf = async (input: object) => (await send(tenant, 'POST', '/chatbot/answers', input)).status
      expect(await statusOf({ message: '  ' })).toBe(422)
      expect(await statusOf({ message: 'x'.repeat(2001) })).toBe(422)
      expect(await statusOf({ message: 'x', maxCharacters: 99 })).toBe(422)
      expect(await statusOf({ message: `${'🏕️ خيمة '.repeat(200)}?` })).toBe(200)
    })
  })
}
