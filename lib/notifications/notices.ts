import { has } from '../actor/actor'
import { browserOf } from '../core/user-agent'
import type { EventPayload, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import { findJob } from '../jobs/registry'
import { say } from '../text/say'
import type { Translator } from '../text/translator'
import { onDecided, onSubmitted } from './article-notice'
import type { Notice, NoticeOf } from './notice'
import { loadReaders } from './recipients'
import {
  noticeOfCause,
  onAssigned,
  onBreach,
  onCreated,
  onFailedReply,
  onHold,
  onMentioned,
  onMessage,
  onStatus,
  onUndelivered,
} from './ticket-notice'

/** What there is to tell of each type of event; at most one notice: of what happened together, the later says the more important. */
export const notices: { [T in EventType]?: NoticeOf<T> } = {
  'ticket.created': (work, { subjectId }) => onCreated(work, subjectId as string),
  'ticket.sender_confirmed': async (work, { subjectId, payload }) => (payload.isConfirmed ? onCreated(work, subjectId as string) : null),
  'ticket.assigned': (work, event) => onAssigned(work, event, event.payload),
  'ticket.replied': (work, { subjectId, payload }) => onMessage(work, subjectId as string, payload, false),
  // Of what no person wrote nobody is told.
  'ticket.noted': async (work, { subjectId, payload }) =>
    payload.isAutomatic ? null : onMessage(work, subjectId as string, payload, true),
  'ticket.mentioned': (work, event) => onMentioned(work, event, event.payload),
  'ticket.status_changed': (work, { subjectId, payload }) => onStatus(work, subjectId as string, payload),
  'ticket.hold_reminded': (work, { subjectId, payload }) => onHold(work, subjectId as string, payload),
  'draft.failed': (work, { subjectId, payload }) => onFailedReply(work, subjectId as string, payload),
  'mail.status_changed': (work, { subjectId, payload }) => onUndelivered(work, subjectId, payload),
  'ticket.sla_breached': (work, { subjectId, payload }) => onBreach(work, subjectId as string, payload),
  'ticket.notify_requested': async (work, event) => ({ ...(await noticeOfCause(work, event)), staffIds: event.payload.personIds }),
  'kb.article_submitted': (work, { subjectId, actorId }) => onSubmitted(work, subjectId as string, actorId),
  'kb.article_approved': (work, { subjectId }) => onDecided(work, subjectId as string, 'approved'),
  'kb.article_rejected': (work, { subjectId }) => onDecided(work, subjectId as string, 'rejected'),
  'person.signed_in': (work, { subjectId, payload }) => onSignIn(work, subjectId as string, payload),
  'mailbox.failed': (work, { subjectId, payload }) => onMailbox(work, subjectId as string, payload),
  'domain.checked': (work, { subjectId, payload }) => onDomain(work, subjectId as string, payload),
  'kb.review_due': (work, { subjectId, payload }) => onReview(work, subjectId as string, payload),
  'job.died': (work, { payload }) => onDead(work, (t) => t('notices.dead.job', { title: titleOf(payload.name, t) })),
  'delivery.died': (work) => onDead(work, (t) => t('notices.dead.delivery')),
}

/** A device is known by its browser; someone's first sign-in ever is no news to them. */
async function onSignIn(
  work: Work,
  personId: string,
  { via, sessionId, isFirst }: EventPayload<'person.signed_in'>,
): Promise<Notice | null> {
  if (via === 'request_link') return null
  const where = { tenantId: work.tenant.ref.id, personId }
  const session = await work.tx.session.findFirst({ where: { ...where, id: sessionId } })
  if (!session) return null
  const earlier = { ...where, ticketId: null, id: { not: sessionId }, createdAt: { lte: session.createdAt } }
  const isKnown = await work.tx.session.count({ where: { ...earlier, userAgent: session.userAgent }, take: 1 })
  if (isKnown || isFirst) return null
  return {
    type: 'login_alert',
    staffIds: [],
    requesterIds: [personId],
    wording: (t) => ({
      title: t('notices.signIn.title', { device: browserOf(session.userAgent) ?? t('notices.unknownBrowser') }),
      body: t('notices.signIn.body', { address: session.address ?? t('notices.unknownAddress') }),
    }),
    href: '/settings/sessions',
    isUrgent: true,
    groupKey: `session:${sessionId}`,
  }
}

async function onDomain(work: Work, domainId: string, payload: EventPayload<'domain.checked'>): Promise<Notice | null> {
  const { hostname, before, status, error, isLost } = payload
  if (!isLost && (before === status || status === 'pending')) return null
  const isVerified = status === 'verified' && !isLost
  return {
    type: isVerified ? 'domain_verified' : 'domain_failed',
    staffIds: await adminsOf(work),
    requesterIds: [],
    wording: (t) =>
      isVerified
        ? { title: t('notices.domain.verified', { hostname }), body: t('notices.domain.verifiedBody') }
        : {
            title: t(isLost ? 'notices.domain.lost' : 'notices.domain.failed', { hostname }),
            body: isLost ? t('notices.domain.lostBody') : error ? say(error, t) : t('notices.domain.failedBody'),
          },
    href: '/settings/domains',
    isUrgent: false,
    groupKey: `domain:${domainId}`,
  }
}

async function onMailbox(work: Work, mailboxId: string, { address, error, isRevoked }: EventPayload<'mailbox.failed'>): Promise<Notice> {
  return {
    type: 'mailbox_failing',
    staffIds: await adminsOf(work),
    requesterIds: [],
    wording: (t) => ({
      title: t(isRevoked ? 'notices.mailbox.revoked' : 'notices.mailbox.failing', { address }),
      body: say(error, t),
    }),
    href: '/settings/mailboxes',
    isUrgent: false,
    groupKey: `mailbox:${mailboxId}`,
  }
}

/** Its author and its reviewers, as far as they may still see it. */
async function onReview(work: Work, articleId: string, { name, at }: EventPayload<'kb.review_due'>): Promise<Notice | null> {
  const article = await work.tx.kbArticle.findUnique({
    where: { tenantId_id: { tenantId: work.tenant.ref.id, id: articleId } },
    select: { authorId: true, effectiveAudience: true, deletedAt: true, reviewers: { select: { personId: true } } },
  })
  if (!article || article.deletedAt) return null
  const concerned = [article.authorId, ...article.reviewers.map(({ personId }) => personId)].filter((id) => id !== null)
  const readers = await loadReaders(work, [...new Set(concerned)])
  const maySee = ({ actor }: (typeof readers)[number]) =>
    (has(actor, 'kb.write') || has(actor, 'kb.publish') || has(actor, 'kb.manage')) &&
    (article.effectiveAudience !== 'agents' || has(actor, 'kb.view'))
  return {
    type: 'review_due',
    staffIds: readers.filter(maySee).map(({ id }) => id),
    requesterIds: [],
    wording: (t) => ({ title: t('notices.review.title', { title: name }), body: t('notices.review.body') }),
    href: `/agent/kb/${articleId}`,
    isUrgent: false,
    groupKey: `review:${articleId}:${at}`,
  }
}

/** What waits on the page to be run again; several of a burst are one notice. */
const onDead = async (work: Work, title: (t: Translator) => string): Promise<Notice> => ({
  type: 'work_failed',
  staffIds: await adminsOf(work),
  requesterIds: [],
  wording: (t) => ({ title: title(t), body: t('notices.dead.body') }),
  href: '/settings/jobs',
  isUrgent: false,
  groupKey: 'dead',
})

const titleOf = (name: string, t: Translator) => {
  const job = findJob(name)
  return job ? t(`jobTitles.${job.title}`) : name
}

async function adminsOf({ tx, tenant }: Work): Promise<string[]> {
  const where = { tenantId: tenant.ref.id, deletedAt: null, role: { in: ['owner' as const, 'admin' as const] } }
  return (await tx.person.findMany({ where, select: { id: true }, take: 200 })).map(({ id }) => id)
}
