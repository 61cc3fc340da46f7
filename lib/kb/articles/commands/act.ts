import { z } from 'zod'
import { timeZone } from '../../../calendar/schema'
import { invalid } from '../../../core/errors'
import { msg } from '../../../core/message'
import { reasonInput, versionInput } from '../../../core/schema'
import { instantAt, wallClock } from '../../../core/zoned'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { refuseEmpty } from '../content'
import { planPublication } from '../jobs'
import { loadArticle } from '../queries'
import { lockArticle, permitAction, publishVersion, writeArticle } from '../record'
import { articleFields, articleOutput } from '../schema'
import type { ArticleAction, ArticleStatus } from '../workflow'

const at = { id: z.uuid(), version: versionInput }

/** What an action writes beside the status that follows. */
type Written = Parameters<typeof writeArticle>[2]

/** Does an action on the locked article. */
async function act(
  work: Work,
  action: Exclude<ArticleAction, 'publish' | 'schedule'>,
  input: { id: string; version: number },
  more: Written = {},
  reason?: string,
) {
  const article = await lockArticle(work, input)
  const status = await permitAction(work, action, article)
  await writeArticle(work, article.id, { ...more, status, ...(status === 'scheduled' ? {} : { scheduledAt: null, scheduledZone: null }) })
  work.emit(`kb.article_${pastOf[action]}`, { name: article.title, before: article.status }, { subjectId: article.id, reason })
  return loadArticle(work, article.id)
}

const pastOf = {
  submit: 'submitted',
  approve: 'approved',
  reject: 'rejected',
  unschedule: 'unscheduled',
  unpublish: 'unpublished',
  archive: 'archived',
  unarchive: 'unarchived',
} as const

const unapproved = { approvedAt: null, approvedById: null }

export const submitArticle = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'POST', path: '/kb/articles/{id}/submit', tags: ['Knowledge base'], summary: 'Submit an article for review' })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => act(context, 'submit', input, { ...unapproved, rejectionReason: null }))

export const approveArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({ method: 'POST', path: '/kb/articles/{id}/approve', tags: ['Knowledge base'], summary: 'Approve an article that is in review' })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => {
    const { actor, now } = context
    const by = { approvedAt: now, approvedById: actor.kind === 'person' ? actor.id : null, lastReviewedAt: now, rejectionReason: null }
    return act(context, 'approve', input, by)
  })

export const rejectArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/reject',
    tags: ['Knowledge base'],
    summary: 'Send an article back to its author, with the reason',
  })
  .input(z.strictObject({ ...at, reason: reasonInput }))
  .output(articleOutput)
  .handler(({ context, input: { reason, ...input } }) => act(context, 'reject', input, { ...unapproved, rejectionReason: reason }, reason))

export const publishArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/publish',
    tags: ['Knowledge base'],
    summary: 'Publish an article: readers see it as it is now',
  })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(async ({ context, input }) => {
    const article = await lockArticle(context, input)
    await permitAction(context, 'publish', article)
    refuseEmpty(article)
    await publishVersion(context, article)
    return loadArticle(context, article.id)
  })

const wallTime = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/, msg('kb.time'))
const furthestMs = 5 * 366 * 86_400_000

export const scheduleArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/schedule',
    tags: ['Knowledge base'],
    summary: 'Publish an article at a time, by the clock of a zone',
  })
  .input(z.strictObject({ ...at, at: wallTime, timeZone }))
  .output(articleOutput)
  .handler(async ({ context, input: { at: typed, timeZone: zone, ...input } }) => {
    const scheduledAt = instantOf(typed, zone)
    if (scheduledAt <= context.now) throw invalid({ at: ['kb.past'] })
    if (scheduledAt.getTime() - context.now.getTime() > furthestMs) throw invalid({ at: ['kb.tooFar'] })
    const article = await lockArticle(context, input)
    const status: ArticleStatus = await permitAction(context, 'schedule', article)
    refuseEmpty(article)
    const { actor, now } = context
    const approval = article.approvedAt ? {} : { approvedAt: now, approvedById: actor.kind === 'person' ? actor.id : null }
    await writeArticle(context, article.id, { status, scheduledAt, scheduledZone: zone, rejectionReason: null, ...approval })
    await planPublication(context, article.id, scheduledAt)
    const told = { name: article.title, before: article.status, at: scheduledAt.toISOString() }
    context.emit('kb.article_scheduled', told, { subjectId: article.id })
    return loadArticle(context, article.id)
  })

/** @throws INVALID for a day that is none, and for a time that a zone's clocks skip */
function instantOf(typed: string, zone: string): Date {
  if (Number.isNaN(Date.parse(`${typed}:00Z`)) || !new Date(`${typed}:00Z`).toISOString().startsWith(typed))
    throw invalid({ at: ['kb.time'] })
  const instant = instantAt(typed, zone)
  const shown = wallClock(instant, zone)
  if (shown !== typed) throw invalid({ at: [msg('kb.skippedHour', { next: shown.replace('T', ' ') })] })
  return instant
}

export const unscheduleArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/unschedule',
    tags: ['Knowledge base'],
    summary: 'Take back the time at which an article is published',
  })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => act(context, 'unschedule', input))

export const unpublishArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/unpublish',
    tags: ['Knowledge base'],
    summary: 'Take an article from its readers; its working copy stays',
  })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => act(context, 'unpublish', input, { publishedN: null, publishedAt: null }))

export const archiveArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/archive',
    tags: ['Knowledge base'],
    summary: 'Archive an article: nobody reads it any more',
  })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => act(context, 'archive', input, { publishedN: null, publishedAt: null, ...unapproved }))

export const unarchiveArticle = agentProcedure
  .meta({ permission: 'kb.publish' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/unarchive',
    tags: ['Knowledge base'],
    summary: 'Take an article out of the archive, as a draft',
  })
  .input(z.strictObject(at))
  .output(articleOutput)
  .handler(({ context, input }) => act(context, 'unarchive', input))

export const reviewArticle = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/review',
    tags: ['Knowledge base'],
    summary: 'Say that an article is still true, and when to look at it again',
  })
  .input(z.strictObject({ ...at, reviewAt: articleFields.reviewAt.default(null) }))
  .output(articleOutput)
  .handler(async ({ context, input: { reviewAt, ...input } }) => {
    const { now, emit } = context
    const { id, title } = await lockArticle(context, input)
    if (reviewAt && reviewAt <= now) throw invalid({ reviewAt: ['kb.past'] })
    await writeArticle(context, id, { lastReviewedAt: now, reviewAt })
    emit('kb.article_reviewed', { name: title, next: reviewAt?.toISOString() ?? null }, { subjectId: id })
    return loadArticle(context, id)
  })
