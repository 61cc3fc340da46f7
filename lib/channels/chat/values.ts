/** What a visitor wants with a message. */
export const intents = ['create_ticket', 'search_kb', 'ticket_status', 'general_question', 'greeting', 'talk_to_person'] as const
export type Intent = (typeof intents)[number]

export const longestMessage = 2000

/** Characters of one answer. */
export const answerLength = { least: 100, usual: 300, most: 800 }
