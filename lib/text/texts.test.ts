import { describe, expect, it } from 'vitest'
import { handedOver } from './handed-over'
import { addressOfTexts, answerTexts } from './texts'
import { messagesOf } from './translator'

const ask = (address: string, locale = 'en-GB') => answerTexts(new URL(address, 'http://acme.localhost'), locale)

describe('the texts that scripts of a page need', () => {
  it('are answered as the page was drawn with, and kept by the browser', async () => {
    const messages = await messagesOf('en')
    const address = addressOfTexts('en-GB', messages, ['ui', 'tickets.inbox', 'tickets.sla'])
    const answer = await ask(address)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    const texts = await answer.json()
    expect(texts).toEqual(handedOver.get(address))
    expect(texts).toEqual({ ui: messages.ui, tickets: { inbox: messages.tickets.inbox, sla: messages.tickets.sla } })
  })

  it('are not kept when another version asks for them', async () => {
    const answer = await ask('/api/texts/en-GB?of=ui&v=other')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toHaveProperty('ui')
  })

  it.each(['of=', 'of=nothing', 'of=ui.nothing', 'of=constructor', 'of=ui.notFound.title', `of=${Array(41).fill('ui')}`])(
    '%s names none',
    async (query) => {
      expect((await ask(`/api/texts/en-GB?${query}`)).status).toBe(404)
    },
  )

  it('are there in languages that can be chosen', async () => {
    expect((await ask('/api/texts/xx?of=ui', 'xx')).status).toBe(404)
    expect((await ask('/api/texts/ar-XB?of=ui', 'ar-XB')).status).toBe(200)
  })
})
