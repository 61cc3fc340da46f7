import { z } from 'zod'
import { reference } from '../core/schema'

export const priorities = ['low', 'medium', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

export const priorityAliases: Record<string, Priority> = { P1: 'urgent', P2: 'high', P3: 'medium', P4: 'low', critical: 'urgent' }

export const priorityInput = z.preprocess((value) => priorityAliases[String(value)] ?? value, z.enum(priorities))

export const categoryOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  department: reference,
  defaultPriority: z.enum(priorities).nullable(),
})
export type CategoryOutput = z.output<typeof categoryOutput>
