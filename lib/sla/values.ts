export const targetUnits = ['minutes', 'hours', 'days', 'weeks'] as const
export type TargetUnit = (typeof targetUnits)[number]
