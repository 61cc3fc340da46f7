import { type Actor, has } from '../../actor/actor'
import type { Permission } from '../../actor/permissions'
import type { Audience } from './values'
import { type ArticleAction, afterAction, articleActions, type WorkflowState } from './workflow'

export interface ArticleFacts extends WorkflowState {
  authorId: string | null
  editedById: string | null
  effectiveAudience: Audience
}

export interface ApprovalRules {
  requiresApproval: boolean
  allowsSelfApproval: boolean
}

/** Whether an actor may know of what is for an audience. */
export const maySee = (actor: Actor, audience: Audience): boolean => audience !== 'agents' || has(actor, 'kb.view')

const permissionOf: Record<ArticleAction, Permission> = {
  submit: 'kb.write',
  approve: 'kb.publish',
  reject: 'kb.publish',
  publish: 'kb.publish',
  schedule: 'kb.publish',
  unschedule: 'kb.publish',
  unpublish: 'kb.publish',
  archive: 'kb.publish',
  unarchive: 'kb.publish',
}

export const canWrite = (actor: Actor, { effectiveAudience }: Pick<ArticleFacts, 'effectiveAudience'>): boolean =>
  has(actor, 'kb.write') && maySee(actor, effectiveAudience)

/** Nobody approves what they wrote or changed last themselves, unless the workspace allows it. */
const isOwn = (actor: Actor, { authorId, editedById }: ArticleFacts): boolean =>
  actor.kind === 'person' && (authorId === actor.id || editedById === actor.id)

/** Whether somebody else has to agree before what an actor did to an article goes out. */
export const needsAnother = (actor: Actor, facts: ArticleFacts, { requiresApproval, allowsSelfApproval }: ApprovalRules): boolean =>
  requiresApproval && !allowsSelfApproval && isOwn(actor, facts)

export type Refusal = 'permission' | 'status' | 'ownApproval' | 'needsApproval'

/** Why an action is refused; null when it may be done. */
export function refusalOf(actor: Actor, action: ArticleAction, facts: ArticleFacts, rules: ApprovalRules): Refusal | null {
  if (!has(actor, permissionOf[action]) || !maySee(actor, facts.effectiveAudience)) return 'permission'
  if (afterAction(facts, action) === null) return 'status'
  if (action === 'approve' && isOwn(actor, facts) && !rules.allowsSelfApproval) return 'ownApproval'
  const goesOut = action === 'publish' || action === 'schedule'
  if (goesOut && rules.requiresApproval && !facts.isApproved) {
    // Whoever publishes what is in review approves it by that.
    if (facts.status !== 'in_review') return 'needsApproval'
    if (isOwn(actor, facts) && !rules.allowsSelfApproval) return 'ownApproval'
  }
  return null
}

export const actionsFor = (actor: Actor, facts: ArticleFacts, rules: ApprovalRules): ArticleAction[] =>
  articleActions.filter((action) => refusalOf(actor, action, facts, rules) === null)

/** Whether a change of the text may leave an approval, or a plan to publish, as it is. */
export const isFreeToChange = (actor: Actor, { requiresApproval }: ApprovalRules): boolean => has(actor, 'kb.publish') && !requiresApproval
