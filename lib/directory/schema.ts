import { z } from 'zod'
import { stamps } from '../core/page'
import { reference } from '../core/schema'
import { priorities, priorityAliases } from './values'

export * from './values'

export const priorityInput = z.preprocess((value) => priorityAliases[String(value)] ?? value, z.enum(priorities))

export const categoryOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  description: z.string(),
  /** One that is not is offered no more; tickets keep it. */
  isActive: z.boolean(),
  department: reference,
  defaultPriority: z.enum(priorities).nullable(),
})
export type CategoryOutput = z.output<typeof categoryOutput>

export const routings = ['manual', 'round_robin', 'least_loaded'] as const

export const departmentOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  slug: z.string(),
  supportAddress: z.string().nullable(),
  isDefault: z.boolean(),
  routing: z.enum(routings),
  routingCap: z.number().int().nullable(),
  lead: reference.nullable(),
  members: z.array(reference),
  abilities: z.object({ update: z.boolean(), makeDefault: z.boolean(), delete: z.boolean() }),
})
export type DepartmentOutput = z.output<typeof departmentOutput>
