import { z } from 'zod'
import { invalid, notFound, rateLimited } from '../../core/errors'
import { addressKey } from '../../core/ip-address'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { takeToken } from '../../procedure/rate-limit'
import { readSettings } from '../articles/settings'
import { readableBy } from '../articles/visible'
import { longestFeedback, voteReasons } from './values'
import { newVisitor, voterOf } from './visitor'

export const voteOutput = z.object({
  /** Null before a vote. */
  isHelpful: z.boolean().nullable(),
  reason: z.enum(voteReasons).nullable(),
  text: z.string(),
})

const none = { isHelpful: null, reason: null, text: '' }
const hourMs = 3_600_000
/** First votes on one article from one address within an hour by people without an account, with a cookie or not: some share an address. */
const mostUnknown = 10

/** The version that the actor reads. @throws NOT_FOUND for an article that is not there, or not for them */
export async function readVersion({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string): Promise<number> {
  const [row] = await rowsOf(
    z.object({ n: z.int() }),
    tx.$queryRaw`
      SELECT a.published_n AS n FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = ${id}::uuid AND ${readableBy(actor)}`,
  )
  if (!row) throw notFound('article')
  return row.n
}

export const getVote = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/articles/{id}/vote',
    tags: ['Public'],
    summary: 'Read whether you said that an article helped',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(voteOutput)
  .handler(async ({ context, input: { id } }) => {
    await readVersion(context, id)
    const voter = voterOf(context)
    return voter ? ((await findVote(context, id, voter)) ?? none) : none
  })

export const setVote = publicProcedure
  .meta({ permission: 'public', limit: 'publicForm' })
  .route({
    method: 'PUT',
    path: '/public/kb/articles/{id}/vote',
    tags: ['Public'],
    summary: 'Say whether an article helped, and if not, why; said again, it takes the place of what was said before',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      isHelpful: z.boolean(),
      reason: z.enum(voteReasons).nullable().optional(),
      text: z.string().trim().max(longestFeedback).optional(),
      /** A random number of the page that somebody without an account votes on: what is sent twice at once counts once. */
      visit: z
        .string()
        .regex(/^[\w-]{20,40}$/)
        .optional(),
    }),
  )
  .output(voteOutput)
  .handler(async ({ context, input: { id, isHelpful, reason, text, visit } }) => {
    const { tx, tenant, actor, caller, now } = context
    const tenantId = tenant.ref.id
    const n = await readVersion(context, id)
    if (!(await readSettings(context)).hasVotes) throw invalid({ isHelpful: ['kb.votesOff'] })
    const known = voterOf(context)
    const hasAccount = actor.kind === 'person' && !actor.onlyTicketId
    const before = known ? await findVote(context, id, known) : null
    const verdict =
      !hasAccount &&
      !before &&
      (await takeToken(`vote:${tenantId}:${id}:${addressKey(caller.address)}`, mostUnknown, now.getTime(), hourMs))
    if (verdict && !verdict.allowed) throw rateLimited(verdict.resetSeconds)
    const voter = known ?? newVisitor(context, visit).voter
    // What was said of the one answer says nothing of the other.
    const kept = before?.isHelpful === isHelpful ? before : none
    const said = { isHelpful, reason: isHelpful ? null : reason === undefined ? kept.reason : reason, text: text ?? kept.text }
    await tx.kbVote.upsert({
      where: { tenantId_articleId_voter: { tenantId, articleId: id, voter } },
      create: { ...said, tenantId, articleId: id, voter, n, createdAt: now, updatedAt: now },
      update: { ...said, n, updatedAt: now },
      select: { n: true },
    })
    return said
  })

const findVote = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, articleId: string, voter: string) =>
  tx.kbVote.findUnique({
    where: { tenantId_articleId_voter: { tenantId: tenant.ref.id, articleId, voter } },
    select: { isHelpful: true, reason: true, text: true },
  })
