import { z } from 'zod'
import { ticketStatuses } from '../ticket/workflow'

export const linkKinds = ['follow_up', 'relates', 'blocks', 'duplicates'] as const

export const linkOutput = z.object({
  kind: z.enum(linkKinds),
  /** `to`: the ticket that was asked for is the continuation, the blocker, the duplicate of this one. */
  direction: z.enum(['to', 'from']),
  id: z.uuid(),
  number: z.string(),
  title: z.string(),
  status: z.enum(ticketStatuses),
})
export type LinkOutput = z.output<typeof linkOutput>

/** For how long a merge can be undone. */
export const undoDays = 30
