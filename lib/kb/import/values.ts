/** What an import reads; a folder that has several is read as the first of them. */
export const importKinds = ['markdown', 'html', 'zendesk', 'csv'] as const
export type ImportKind = (typeof importKinds)[number]

export const mostImportFiles = 20_000

/** What becomes, or became, of one file. */
export const importOutcomes = ['create', 'update', 'unchanged', 'fail'] as const
export type ImportOutcome = (typeof importOutcomes)[number]

export const importStatuses = ['reading', 'planned', 'running', 'done', 'failed', 'discarded'] as const
