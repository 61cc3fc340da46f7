import { z } from 'zod'

export const fetchProblem = z.object({ folder: z.string(), uid: z.number().int(), error: z.string() })
/** A message that could not be fetched. */
export type FetchProblem = z.output<typeof fetchProblem>
export const fetchProblems = z.array(fetchProblem).catch([])
