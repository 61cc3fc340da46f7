export const articleStatuses = ['draft', 'in_review', 'approved', 'scheduled', 'published', 'archived'] as const
export type ArticleStatus = (typeof articleStatuses)[number]

export const articleActions = [
  'submit',
  'approve',
  'reject',
  'publish',
  'schedule',
  'unschedule',
  'unpublish',
  'archive',
  'unarchive',
] as const
export type ArticleAction = (typeof articleActions)[number]

/** What leads where, by where the working copy stands. What is not here is not possible. */
const moves: Record<ArticleStatus, Partial<Record<ArticleAction, ArticleStatus>>> = {
  draft: { submit: 'in_review', publish: 'published', schedule: 'scheduled', unpublish: 'draft', archive: 'archived' },
  in_review: {
    ...{ approve: 'approved', reject: 'draft', publish: 'published', schedule: 'scheduled' },
    ...{ unpublish: 'in_review', archive: 'archived' },
  },
  approved: {
    ...{ reject: 'draft', publish: 'published', schedule: 'scheduled' },
    ...{ unpublish: 'approved', archive: 'archived' },
  },
  scheduled: { publish: 'published', schedule: 'scheduled', unschedule: 'draft', unpublish: 'scheduled', archive: 'archived' },
  published: { unpublish: 'draft', archive: 'archived' },
  archived: { unarchive: 'draft' },
}

export interface WorkflowState {
  status: ArticleStatus
  /** Whether readers see a version of it. */
  isPublished: boolean
  isApproved: boolean
}

/** What an action makes of an article; null where it can't be done. */
export function afterAction({ status, isPublished, isApproved }: WorkflowState, action: ArticleAction): ArticleStatus | null {
  if (action === 'unpublish' && !isPublished) return null
  if (action === 'unschedule' && isApproved && status === 'scheduled') return 'approved'
  return moves[status][action] ?? null
}

/**
 * What a change of its text makes of an article: what was approved is not what stands there now. One in review stays there, since
 * whoever approves it names the version they read.
 * @param isFree whether whoever changes it could publish it as well
 */
export const afterEdit = (status: ArticleStatus, isFree: boolean): ArticleStatus =>
  status === 'published' || ((status === 'approved' || status === 'scheduled') && !isFree) ? 'draft' : status

/** What goes when a change of its text leaves an article as a draft: the approval was of another text, also that of one unpublished since. */
export const withdrawn = (after: ArticleStatus) =>
  after === 'draft' ? { approvedAt: null, approvedById: null, scheduledAt: null, scheduledZone: null } : {}

/** An archived article is taken out of the archive before it is changed. */
export const isEditable = (status: ArticleStatus): boolean => status !== 'archived'
