import { z } from 'zod'
import { reference } from '../../core/schema'
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

const mergeRequester = z.object({
  name: z.string(),
  /** Whose people see each other's requests. */
  organisation: reference.nullable(),
})

export const mergePreview = z.object({
  /** Of the ticket that takes the other in. */
  number: z.string(),
  title: z.string(),
  department: z.string().nullable(),
  isOfTwo: z.boolean(),
  requesters: z.object({ from: mergeRequester, into: mergeRequester }),
})
export type MergePreview = z.output<typeof mergePreview>
