/** Why an article did not help. */
export const voteReasons = ['unclear', 'incomplete', 'incorrect', 'outdated', 'other'] as const
export type VoteReason = (typeof voteReasons)[number]

export const longestFeedback = 1000

export const commentStatuses = ['pending', 'approved', 'rejected'] as const
export type CommentStatus = (typeof commentStatuses)[number]
export const longestComment = 2000

/** Days over which is told what readers do. */
export const periods = [7, 30, 90, 365] as const
