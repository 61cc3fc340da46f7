import { z } from 'zod'
import { conflict, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { decodeCursor, instant, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { splitName } from '../../core/person-name'
import { ok, reference } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure, customerProcedure, publicProcedure } from '../../procedure/builders'
import { readSettings } from '../articles/settings'
import { workingCopiesOf } from '../articles/visible'
import { type CommentStatus, commentStatuses, longestComment } from './values'
import { readVersion } from './votes'

const mostShown = 200
/** Comments of one person that nobody decided on yet. */
const mostPending = 10

const shownComment = z.object({
  id: z.uuid(),
  /** Their first name; null where they have no name of which a part can be shown. */
  author: z.string().nullable(),
  text: z.string(),
  createdAt: instant,
  /** Yours, which others do not see yet. */
  isPending: z.boolean(),
})

/** What others see of the name of whoever wrote: never an address, and of what is written in one word no more than a first name. */
export function shownAuthor(name: string): string | null {
  const { firstName, lastName } = splitName(name)
  const isWhole = !lastName && /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(firstName)
  return isWhole || firstName.includes('@') ? null : firstName || null
}

export const listComments = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/articles/{id}/comments',
    tags: ['Public'],
    summary: 'List the comments on an article that were approved, and your own that were not yet',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(shownComment) }))
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, actor } = context
    await readVersion(context, id)
    if (!(await readSettings(context)).hasComments) return { items: [] }
    const own = actor.kind === 'person' && !actor.onlyTicketId ? Prisma.sql`m.person_id = ${actor.id}::uuid` : Prisma.sql`FALSE`
    const newest = await rowsOf(
      shownComment.omit({ author: true }).extend({ name: z.string() }),
      tx.$queryRaw`
        SELECT m.id::text, p.name, m.text, m.created_at AS "createdAt", m.status <> 'approved' AS "isPending"
        FROM kb_comment m JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
        WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.article_id = ${id}::uuid AND (m.status = 'approved' OR m.status = 'pending' AND ${own})
        ORDER BY m.created_at DESC, m.id DESC LIMIT ${mostShown}`,
    )
    return { items: newest.reverse().map(({ name, ...comment }) => ({ ...comment, author: shownAuthor(name) })) }
  })

export const writeComment = customerProcedure
  .meta({ permission: 'signed-in', limit: 'publicForm' })
  .route({
    method: 'POST',
    path: '/public/kb/articles/{id}/comments',
    tags: ['Public'],
    summary: 'Comment on an article; others see it once it is approved',
    successStatus: 201,
  })
  .input(z.strictObject({ id: z.uuid(), text: z.string().trim().min(1, msg('kb.commentEmpty')).max(longestComment) }))
  .output(shownComment)
  .handler(async ({ context, input: { id: articleId, text } }) => {
    const { tx, tenant, actor, now, emit } = context
    const tenantId = tenant.ref.id
    await readVersion(context, articleId)
    if (!(await readSettings(context)).hasComments || actor.kind !== 'person') throw invalid({ text: ['kb.commentsOff'] })
    // One after the other, so that nobody has more than they may by writing many at once.
    const [writer] = await rowsOf(
      z.object({ name: z.string() }),
      tx.$queryRaw`SELECT name FROM person WHERE tenant_id = ${tenantId}::uuid AND id = ${actor.id}::uuid FOR NO KEY UPDATE`,
    )
    if (!writer) throw notFound('person')
    const pending = await tx.kbComment.count({ where: { tenantId, personId: actor.id, status: 'pending' } })
    if (pending >= mostPending) throw invalid({ text: [msg('kb.tooManyComments', { maximum: mostPending })] })
    const id = newId()
    await tx.kbComment.create({ data: { tenantId, id, articleId, personId: actor.id, text, createdAt: now }, select: { id: true } })
    emit('kb.comment_written', {}, { subjectId: articleId })
    return { id, author: shownAuthor(writer.name), text, createdAt: now, isPending: true }
  })

const listedComment = z.object({
  id: z.uuid(),
  article: z.object({ id: z.uuid(), title: z.string() }),
  author: reference,
  text: z.string(),
  status: z.enum(commentStatuses),
  createdAt: instant,
  decidedBy: reference.nullable(),
  decidedAt: instant.nullable(),
})

export const listCommentsToDecide = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/comments',
    tags: ['Knowledge base'],
    summary: 'List comments on articles, the newest first',
  })
  .input(z.strictObject({ ...pageInput, status: z.enum(commentStatuses).optional() }))
  .output(pageOf(listedComment))
  .handler(async ({ context: { tx, tenant, actor }, input: { limit, cursor, offset = 0, total, status } }) => {
    const from = Prisma.sql`kb_comment m JOIN kb_article a ON a.tenant_id = m.tenant_id AND a.id = m.article_id`
    const where = Prisma.sql`m.tenant_id = ${tenant.ref.id}::uuid AND ${workingCopiesOf(actor)}
      AND ${status ? Prisma.sql`m.status = ${status}::"KbCommentStatus"` : Prisma.sql`TRUE`}`
    const after = decodeCursor(cursor)
    const rows = await rowsOf(
      listedComment,
      tx.$queryRaw`
        SELECT m.id::text, json_build_object('id', a.id, 'title', a.title) AS article, json_build_object('id', p.id, 'name', p.name) AS author,
          m.text, m.status::text, m.created_at AS "createdAt", m.decided_at AS "decidedAt",
          CASE WHEN d.id IS NOT NULL THEN json_build_object('id', d.id, 'name', d.name) END AS "decidedBy"
        FROM ${from} JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
        LEFT JOIN person d ON d.tenant_id = m.tenant_id AND d.id = m.decided_by_id
        WHERE ${where} AND ${after ? Prisma.sql`(m.created_at, m.id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
        ORDER BY m.created_at DESC, m.id DESC LIMIT ${limit + 1} OFFSET ${offset}`,
    )
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM ${from} WHERE ${where}`)
    return { ...toPage(rows, limit, ({ createdAt }) => createdAt), ...(await totalOf({ total }, count)) }
  })

const one = z.strictObject({
  id: z.uuid(),
  /** Where it stood when it was looked at: where somebody decided otherwise since, the answer is a conflict. */
  seen: z.enum(commentStatuses).optional(),
})

/** A comment, locked. @throws NOT_FOUND for one whose article the actor does not see */
async function lockComment({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string) {
  const [row] = await rowsOf(
    z.object({ articleId: z.string(), status: z.enum(commentStatuses), decider: z.string().nullable() }),
    tx.$queryRaw`
      SELECT m.article_id::text AS "articleId", m.status::text,
        (SELECT d.name FROM person d WHERE d.tenant_id = m.tenant_id AND d.id = m.decided_by_id) AS decider
      FROM kb_comment m JOIN kb_article a ON a.tenant_id = m.tenant_id AND a.id = m.article_id
      WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${id}::uuid AND ${workingCopiesOf(actor)} FOR UPDATE OF m`,
  )
  if (!row) throw notFound('comment')
  return row
}

/** @throws CONFLICT where somebody decided otherwise since the caller looked at it */
function refuseDecided({ status, decider }: Awaited<ReturnType<typeof lockComment>>, seen: CommentStatus | undefined) {
  if (!seen || seen === status) return
  throw conflict(decider && status !== 'pending' ? msg('kb.commentDecided', { name: decider, status }) : 'changedByOther')
}

async function decide(work: Work, { id, seen }: z.output<typeof one>, status: 'approved' | 'rejected') {
  const { tx, tenant, actor, now, emit } = work
  const comment = await lockComment(work, id)
  const { articleId, status: before } = comment
  if (before === status) return { ok: true as const }
  refuseDecided(comment, seen)
  await tx.kbComment.update({
    where: { tenantId_id: { tenantId: tenant.ref.id, id } },
    data: { status, decidedById: actor.kind === 'person' ? actor.id : null, decidedAt: now },
    select: { id: true },
  })
  emit(`kb.comment_${status}`, {}, { subjectId: articleId })
  return { ok: true as const }
}

export const approveComment = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'POST', path: '/kb/comments/{id}/approve', tags: ['Knowledge base'], summary: 'Show a comment to readers' })
  .input(one)
  .output(ok)
  .handler(({ context, input }) => decide(context, input, 'approved'))

export const rejectComment = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'POST', path: '/kb/comments/{id}/reject', tags: ['Knowledge base'], summary: 'Hide a comment from readers' })
  .input(one)
  .output(ok)
  .handler(({ context, input }) => decide(context, input, 'rejected'))

export const deleteComment = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'DELETE', path: '/kb/comments/{id}', tags: ['Knowledge base'], summary: 'Delete a comment for good' })
  .input(one)
  .output(ok)
  .handler(async ({ context, input: { id, seen } }) => {
    const { tx, tenant, emit } = context
    const comment = await lockComment(context, id)
    const { articleId } = comment
    refuseDecided(comment, seen)
    await tx.kbComment.delete({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, select: { id: true } })
    emit('kb.comment_deleted', {}, { subjectId: articleId })
    return { ok: true as const }
  })
