export const jobStatuses = ['queued', 'running', 'failed', 'done', 'dead', 'cancelled'] as const
export type JobStatus = (typeof jobStatuses)[number]

export const jobPriorities = ['high', 'normal', 'low'] as const
