export const priorities = ['low', 'medium', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

export const priorityAliases: Record<string, Priority> = { P1: 'urgent', P2: 'high', P3: 'medium', P4: 'low', critical: 'urgent' }
