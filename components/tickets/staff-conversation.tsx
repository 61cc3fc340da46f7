'use client'

/** The conversation as staff see it, drawn from its messages: the page carries them once, and not what is drawn of them. */
export { Conversation as StaffConversation } from './conversation'
