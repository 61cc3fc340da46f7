import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { intentOf } from './intent'
import { intents } from './values'

const table: Record<string, string[]> = {
  greeting: ['Hi!', 'hello there', 'Good morning 👋', 'Guten Tag', 'Bonjour !', 'Habari za asubuhi', 'السلام عليكم', 'Hey, hello'],
  talk_to_person: [
    ...['Can I talk to a real person?', 'connect me to an agent please', 'I want a human', 'live agent', 'hi, could I speak with someone'],
    ...['Ich möchte mit einem Menschen sprechen', 'Je veux parler à un conseiller', 'Nataka kuongea na mhudumu', 'أريد التحدث مع موظف'],
  ],
  create_ticket: [
    ...['I’d like to open a ticket', 'please create a new support ticket', 'I want to complain', 'Ich möchte eine Anfrage stellen'],
    ...['Je voudrais ouvrir un ticket', 'Nataka kufungua tiketi', 'أريد فتح تذكرة'],
  ],
  ticket_status: [
    ...['what is the status of my ticket', 'Any news on my request?', 'ACME-1042', 'What about ACME-1042?'],
    ...['Wie ist der Stand meiner Anfrage?', 'Où en est ma demande ?', 'Hali ya tiketi yangu', 'ما حالة طلبي؟'],
  ],
  search_kb: [
    ...[
      'How do I reset my password?',
      'hello, where is my parcel',
      'Wo finde ich meine Rechnung',
      'Comment payer',
      'كيف أدفع',
      'Je, naweza kulipa',
    ],
    // Not wanted, or wanted of somebody else.
    ...['How can I pay without having to talk to a person?', 'Can I track my order?', 'which agent delivers my parcel?'],
  ],
  general_question: [
    ...['my parcel is lost', 'I don’t want to talk to a person', 'Ich will nicht mit einem Menschen sprechen', '???'.replaceAll('?', '!')],
    ...['there is a person on the picture', 'the ticket for the train was expensive', 'highway', 'history'],
  ],
}

describe('what a visitor wants', () => {
  it.each(Object.entries(table).flatMap(([intent, messages]) => messages.map((message) => [message, intent])))(
    '%s: %s',
    (message, intent) => {
      expect(intentOf(message).intent).toBe(intent)
    },
  )

  it('is less sure where a message wants two things', () => {
    const both = intentOf('open a ticket or let me talk to a person')
    expect(both.intent).toBe('talk_to_person')
    expect(both.confidence).toBeLessThan(intentOf('let me talk to a person').confidence)
  })

  it('is always one, with a confidence, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (message) => {
        const { intent, confidence } = intentOf(message)
        expect(intents).toContain(intent)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('does not take a message apart for long', () => {
    for (const message of ['not '.repeat(5000), 'hi '.repeat(5000), 'talk to a '.repeat(5000)])
      expect(intents).toContain(intentOf(message).intent)
  })
})
