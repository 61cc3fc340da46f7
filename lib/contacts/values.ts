export const tiers = ['premium', 'standard', 'basic'] as const
export type Tier = (typeof tiers)[number]

/** Where the columns of a file go. */
export const importTargets = ['name', 'firstName', 'lastName', 'email', 'phone', 'organisation', 'tier', 'tags', 'notes'] as const
export type ImportTarget = (typeof importTargets)[number]

export const maxImportRows = 20_000
