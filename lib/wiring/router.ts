import './wire'
import { answerChat } from '../channels/chat/answer'
import { accountsRoutes } from './routes/accounts'
import { contactsRoutes } from './routes/contacts'
import { kbRoutes } from './routes/kb'
import { mailRoutes } from './routes/mail'
import { platformRoutes } from './routes/platform'
import { slaRoutes } from './routes/sla'
import { ticketsRoutes } from './routes/tickets'
import { workspaceRoutes } from './routes/workspace'

/** Every procedure, once. What is here is in REST, in the typed client and in the attack test. */
export const router = {
  ...accountsRoutes,
  ...contactsRoutes,
  ...mailRoutes,
  ...slaRoutes,
  ...ticketsRoutes,
  ...kbRoutes,
  ...workspaceRoutes,
  ...platformRoutes,
  chat: { answer: answerChat },
}

export type Router = typeof router
