export const targetUnits = ['minutes', 'hours', 'days', 'weeks'] as const
export type TargetUnit = (typeof targetUnits)[number]

/** When the clock of a policy starts. */
export const evaluations = ['ticket_creation', 'conditions_met'] as const
