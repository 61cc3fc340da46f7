import { z } from 'zod'
import { instant } from '../core/page'
export const jobStatuses = ['queued', 'running', 'failed', 'done', 'dead', 'cancelled'] as const
export type JobStatus = (typeof jobStatuses)[number]

export const jobPriorities = ['high', 'normal', 'low'] as const

export const jobOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  title: z.string(),
  tenant: z.string().nullable(),
  status: z.enum(jobStatuses),
  attempts: z.number(),
  step: z.number(),
  totalSteps: z.number(),
  message: z.string().nullable(),
  lastError: z.string().nullable(),
  createdAt: instant,
  dueAt: instant,
  finishedAt: instant.nullable(),
  abilities: z.object({ retry: z.boolean(), cancel: z.boolean() }),
})
export type JobOutput = z.output<typeof jobOutput>
